package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.webhook.AddressModel;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first and the last address of each range of both lists, one before and one after. */
@Timeout(120)
class AddressBoundariesTest {
  private static final URI NAME = URI.create("http://hooks.example.com/");
  private static final String OK_ONCE =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

  private final EndpointPolicy policy = EndpointPolicy.standard().allowHttp();

  @Test
  void areJudgedAsTheListsSayWhetherResolvedOrWritten() throws IOException {
    AtomicReference<InetAddress> answer = new AtomicReference<>(InetAddress.getLoopbackAddress());
    int reached = 0;
    try (RawReceiver bait = RawReceiver.answering(OK_ONCE);
        Probe probe = new Probe(policy, host -> new InetAddress[] {answer.get()}, bait)) {
      for (InetAddress address : boundaries()) {
        boolean isPublic = AddressModel.isPublic(address.getAddress());
        answer.set(address);
        for (URI url : List.of(NAME, literal(address))) {
          probe.dialled().clear();
          String what = url + " -> " + address;
          assertEquals(isPublic ? 200 : 0, probe.post(url).status(), what);
          assertEquals(
              isPublic ? List.of(new InetSocketAddress(address, 80)) : List.of(),
              probe.dialled(),
              what);
          reached += isPublic ? 1 : 0;
        }
        assertEquals(isPublic, accepts(literal(address)), "at registration: " + address);
      }
      assertEquals(reached, bait.requests().size(), "nothing else was sent");
    }
    assertTrue(reached > 100, "reached: " + reached);
  }

  @Test
  void theEndsOfRefusedRangesAreRefusedAndThoseOfAllowedRangesAreNot() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(OK_ONCE)) {
      for (AddressModel.Range range : AddressModel.ranges()) {
        for (InetAddress end : range.boundaries().subList(0, 2)) {
          try (Probe probe = new Probe(policy, host -> new InetAddress[] {end}, bait)) {
            assertEquals(
                range.refused() ? FailureDetail.POLICY : null,
                probe.post(NAME).failure(),
                range.cidr() + " " + end);
          }
        }
      }
    }
  }

  private boolean accepts(URI url) {
    try {
      return policy.check(url.toString()).equals(url);
    } catch (InvalidWebhookException e) {
      return false;
    }
  }

  private static Set<InetAddress> boundaries() {
    Set<InetAddress> all = new LinkedHashSet<>();
    AddressModel.ranges().forEach(range -> all.addAll(range.boundaries()));
    assertTrue(all.size() > 150, "addresses: " + all.size());
    return all;
  }

  private static URI literal(InetAddress address) {
    String text = HttpUrl.get("http://" + bracketed(address) + "/").toString();
    return URI.create(text);
  }

  private static String bracketed(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
