package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of {@code endpoints.txt}, tried at registration, and by a real client with real
 * sockets. What is refused is not looked up in vain, not dialled, and the bait hears nothing.
 */
@Timeout(120)
class EndpointTableTest {
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  record Case(
      String url,
      List<String> resolved,
      String settings,
      boolean accepted,
      boolean dialled,
      String why) {
    static Case of(String line) {
      String[] cells = line.split(" \\| ", -1);
      assertEquals(6, cells.length, line);
      List<String> resolved = cells[1].equals("-") ? List.of() : List.of(cells[1].split(" ", -1));
      return new Case(
          unescaped(cells[0]),
          resolved,
          cells[2],
          verdict(line, cells[3], "accepted"),
          verdict(line, cells[4], "dialled"),
          cells[5]);
    }

    EndpointPolicy policy() {
      EndpointPolicy policy = EndpointPolicy.standard();
      for (String setting : settings.equals("-") ? new String[0] : settings.split("; ", -1)) {
        String[] words = setting.split(" ", -1);
        policy =
            switch (words[0]) {
              case "http" -> policy.allowHttp();
              case "loopback" -> policy.allowLoopback();
              case "dns64" -> policy.dns64();
              case "allow" -> policy.allow(words[1]);
              case "deny" -> policy.deny(words[1]);
              default -> throw new IllegalArgumentException(setting);
            };
      }
      return policy;
    }

    private static boolean verdict(String line, String cell, String yes) {
      assertTrue(cell.equals(yes) || cell.equals("refused"), line);
      return cell.equals(yes);
    }

    private static String unescaped(String text) {
      return ESCAPE
          .matcher(text)
          .replaceAll(
              found ->
                  Matcher.quoteReplacement(
                      String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isJudgedAtRegistration(Case line) {
    assertEquals(line.accepted, canonical(line) != null);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isJudgedAgainAtTheSocket(Case line) throws IOException {
    URI url = sayable(line);
    if (url == null) {
      return; // no request can be made of it at all
    }
    try (RawReceiver bait = new RawReceiver(wire -> {});
        Probe probe = new Probe(line.policy(), host -> addresses(line.resolved), bait)) {
      Exchange exchange = probe.post(url);
      if (line.dialled) {
        assertNotEquals(FailureDetail.POLICY, exchange.failure());
        InetSocketAddress first = probe.dialled().get(0);
        assertEquals(expected(line, url), first.getAddress());
        assertEquals(port(url), first.getPort());
        assertEquals(line.resolved.isEmpty() ? 0 : 1, probe.asked().size());
        return;
      }
      assertEquals(FailureDetail.POLICY, exchange.failure());
      assertEquals(List.of(), probe.dialled());
      assertEquals(0, bait.connections());
      assertEquals(line.accepted ? 1 : 0, probe.asked().size(), "what is refused is not looked up");
    }
  }

  @Test
  void theTableIsLargeEnough() throws IOException {
    List<Case> all = cases().toList();
    assertTrue(all.size() >= 300, "lines: " + all.size());
    assertTrue(all.stream().filter(line -> line.dialled).count() >= 40);
    assertEquals(all.size(), all.stream().distinct().count(), "no line twice");
    assertTrue(all.stream().noneMatch(line -> line.dialled && !line.accepted));
  }

  static Stream<Case> cases() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    EndpointTableTest.class.getResourceAsStream("endpoints.txt")),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Case::of)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The canonical URL, or the one of the table where the policy refuses it. */
  private static @Nullable URI sayable(Case line) {
    URI canonical = canonical(line);
    try {
      return canonical == null ? new URI(line.url) : canonical;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static @Nullable URI canonical(Case line) {
    try {
      return line.policy().check(line.url);
    } catch (InvalidWebhookException e) {
      return null;
    }
  }

  private static InetAddress expected(Case line, URI url) throws IOException {
    return line.resolved.isEmpty()
        ? InetAddress.getByName(url.getHost())
        : addresses(line.resolved)[0];
  }

  private static InetAddress[] addresses(List<String> literals) throws UnknownHostException {
    assertTrue(!literals.isEmpty(), "nobody asks for this name");
    return Sending.addresses(literals.toArray(new String[0]));
  }

  private static int port(URI url) {
    int usual = "https".equals(url.getScheme()) ? 443 : 80;
    return url.getPort() < 0 ? usual : url.getPort();
  }
}
