package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Name servers that answer too much, or nonsense. */
@Timeout(60)
class FloodTest {
  private static final String URL = "http://hooks.example.com/";

  @Test
  void ofTenThousandPublicAddressesSixteenAreTried() throws IOException {
    InetAddress[] flood = flood();
    List<SocketAddress> dialled = new CopyOnWriteArrayList<>();
    OkHttpSender.Builder builder = OkHttpSender.builder(EndpointPolicy.standard().allowHttp());
    try (OkHttpSender sender =
        new OkHttpSender(
            builder,
            host -> flood,
            (socket, address, millis) -> {
              dialled.add(address);
              throw new ConnectException("nobody there");
            })) {
      assertEquals(FailureDetail.CONNECT_REFUSED, post(sender));
      assertEquals(16, dialled.size());
      assertEquals(16, dialled.stream().distinct().count());
    }
  }

  @Test
  void oneRefusedAddressAmongTenThousandRefusesThemAllWhereverItStands() throws IOException {
    for (int place : new int[] {0, 15, 16, 5_000, 9_999}) {
      InetAddress[] flood = flood();
      flood[place] = InetAddress.getByName("10.0.0.1");
      try (Sending sending = Sending.resolving(host -> flood, 1)) {
        assertEquals(FailureDetail.POLICY, sending.post(URL, Sending.AMPLE).failure());
        assertEquals(List.of(), sending.dialled());
      }
    }
  }

  @Test
  void noAnswerAtAllOrNonsenseIsADnsFailureAndTheNextHostIsServed() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending =
            Sending.resolving(
                host ->
                    switch (asked.getAndIncrement()) {
                      case 0 -> new InetAddress[0];
                      case 1 -> throw new IllegalStateException("no name service");
                      case 2 -> throw new NoClassDefFoundError("resolver");
                      default -> Sending.addresses("93.184.216.34");
                    },
                receiver.port())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(FailureDetail.DNS, sending.post(URL, Sending.AMPLE).failure());
      }
      assertEquals(200, sending.post(URL, Sending.AMPLE).status());
      assertTrue(asked.get() >= 4);
    }
  }

  private static FailureDetail post(OkHttpSender sender) {
    FailureDetail failure =
        sender
            .send(new Request("POST", URI.create(URL), Map.of(), new byte[0], Sending.AMPLE))
            .failure();
    return failure == null ? FailureDetail.STATUS : failure;
  }

  private static InetAddress[] flood() throws IOException {
    InetAddress[] flood = new InetAddress[10_000];
    for (int i = 0; i < flood.length; i++) {
      flood[i] = InetAddress.getByAddress(new byte[] {8, 8, (byte) (i >> 8), (byte) i});
    }
    return flood;
  }
}
