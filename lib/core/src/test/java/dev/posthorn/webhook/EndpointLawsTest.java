package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Laws of the URL policy, over URLs that are nearly right. */
class EndpointLawsTest {
  private static final List<EndpointPolicy> POLICIES =
      List.of(
          EndpointPolicy.standard(),
          EndpointPolicy.standard().allowHttp().allow("0.0.0.0/0").allow("::/0").allowLoopback(),
          EndpointPolicy.standard().dns64().deny("8.0.0.0/8").allow("localhost:8080"));

  @Property(tries = 3000)
  void whatIsAcceptedHasOneFormAndReadsTheSameEverywhere(@ForAll("urls") String url)
      throws URISyntaxException {
    boolean accepted = false;
    for (EndpointPolicy policy : POLICIES) {
      URI canonical = check(policy, url);
      if (canonical != null) {
        accepted = true;
        assertCanonical(policy, canonical);
      }
    }
    Statistics.label("accepted")
        .collect(accepted)
        .coverage(c -> c.check(true).percentage(p -> p > 10));
  }

  @Property(tries = 3000)
  void whateverComesOnlyOneExceptionIsThrown(@ForAll String text, @ForAll("prefixes") String start)
      throws URISyntaxException {
    for (EndpointPolicy policy : POLICIES) {
      URI canonical = check(policy, start + text);
      if (canonical != null) {
        assertCanonical(policy, canonical);
      }
    }
  }

  private static @Nullable URI check(EndpointPolicy policy, String url) {
    try {
      return policy.check(url);
    } catch (InvalidWebhookException e) { // and nothing else
      assertTrue(String.valueOf(e.getMessage()).startsWith("the URL"), e.getMessage());
      return null;
    }
  }

  private static void assertCanonical(EndpointPolicy policy, URI canonical)
      throws URISyntaxException {
    String text = canonical.toString();
    assertEquals(canonical, policy.check(text), "canonical once, canonical for ever");
    assertTrue(text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\' && c != '#'), text);

    URI java = new URI(text).parseServerAuthority();
    HttpUrl okhttp = HttpUrl.get(text);
    assertEquals(text, okhttp.toString());
    assertEquals(bare(java.getHost()), okhttp.host());
    assertEquals(okhttp.host(), okhttp.host().toLowerCase(Locale.ROOT));
    assertEquals(java.getScheme(), okhttp.scheme());
    int usual = okhttp.isHttps() ? 443 : 80;
    assertEquals(java.getPort() < 0 ? usual : java.getPort(), okhttp.port());
    assertTrue(java.getPort() != usual, "the usual port is not written");
    assertEquals(java.getRawPath(), okhttp.encodedPath());
    assertEquals(java.getRawQuery(), okhttp.encodedQuery());
    assertNull(java.getRawUserInfo());
    assertEquals("", okhttp.username() + okhttp.password());
    assertNull(java.getRawFragment());
    assertNull(okhttp.fragment());
    assertNotNull(java.getHost());
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Provide
  Arbitrary<String> prefixes() {
    return Arbitraries.of("", "https://", "http://", "https://a.example/", "https://a.example?");
  }

  /** Parts that are good or bad by themselves, and then sometimes one character that is not. */
  @Provide
  Arbitrary<String> urls() {
    Arbitrary<String> schemes =
        mostly(
            List.of("https://", "https://", "http://"),
            List.of("HTTPS://", "hTTp://", "ftp://", "https:", "https:/", ""));
    Arbitrary<String> users =
        mostly(List.of(""), List.of("u@", "u:p@", "@", "%40", "hooks.example.com@"));
    Arbitrary<String> ports =
        mostly(
            List.of("", "", ":443", ":80"),
            List.of(":8080", ":0", ":", ":65535", ":65536", ":0443", ":-1", ":x"));
    Arbitrary<String> whole =
        Combinators.combine(schemes, users, hosts(), ports, rests())
            .as((scheme, user, host, port, rest) -> scheme + user + host + port + rest);
    Arbitrary<String> slips =
        Combinators.combine(whole, Arbitraries.integers().between(0, 60), Arbitraries.chars())
            .as((url, place, c) -> inserted(url, Math.min(place, url.length()), c));
    return Arbitraries.frequencyOf(Tuple.of(4, whole), Tuple.of(1, slips));
  }

  private static Arbitrary<String> hosts() {
    Arbitrary<String> labels =
        Arbitraries.strings().withChars("abzAZ019-").ofMinLength(1).ofMaxLength(6);
    Arbitrary<String> names =
        labels.list().ofMinSize(1).ofMaxSize(5).map(list -> String.join(".", list));
    Arbitrary<String> quads =
        Arbitraries.of("0", "1", "8", "10", "127", "255", "256", "01", "0x7f", "2130706433", "")
            .list()
            .ofMinSize(1)
            .ofMaxSize(5)
            .map(list -> String.join(".", list));
    Arbitrary<String> groups =
        Arbitraries.of("", "0", "1", "ffff", "FFFF", "2606", "4700", "64", "ff9b", "7f00", "fe80")
            .list()
            .ofMinSize(2)
            .ofMaxSize(9)
            .map(list -> "[" + String.join(":", list) + "]");
    Arbitrary<String> known =
        mostly(
            List.of("hooks.example.com", "a-1.EXAMPLE", "8.8.8.8", "[2606:4700::1111]"),
            List.of(
                "localhost",
                "a.internal",
                "[::1]",
                "[64:ff9b::808:808]",
                "[::ffff:8.8.8.8]",
                "xn--mnchen-3ya.example",
                "hooks.example.com."));
    return Arbitraries.oneOf(names, quads, groups, known, known, known);
  }

  private static Arbitrary<String> rests() {
    Arbitrary<String> marks =
        Arbitraries.strings()
            .withChars("/?abc019-._~!$&'()*+,;=:@%2eEfF#[]{}|^`\"<>\\ ")
            .ofMaxLength(12);
    Arbitrary<String> good = Arbitraries.strings().withChars("ab01-_~!$&'()*+,;=:@").ofMaxLength(8);
    Arbitrary<String> fine =
        Combinators.combine(good, good).as((path, query) -> "/" + path + "?" + query);
    return Arbitraries.oneOf(
        Arbitraries.of("", "/", "/in", "?a=b", "/.", "/..", "/%2e"), fine, marks);
  }

  private static Arbitrary<String> mostly(List<String> good, List<String> bad) {
    return Arbitraries.frequencyOf(
        Tuple.of(20, Arbitraries.of(good)), Tuple.of(1, Arbitraries.of(bad)));
  }

  private static String inserted(String text, int place, char c) {
    return text.substring(0, place) + c + text.substring(place);
  }
}
