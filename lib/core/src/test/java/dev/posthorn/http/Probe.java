package dev.posthorn.http;

import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.webhook.EndpointPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real sender that is asked to go anywhere: names are answered by a script, and below the guards
 * each connection is noted and bent to a bait on loopback.
 */
final class Probe implements AutoCloseable {
  private final OkHttpSender sender;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> dialled = new CopyOnWriteArrayList<>();

  Probe(EndpointPolicy policy, Lookups.Resolver names, RawReceiver bait) {
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), bait.port());
    sender =
        new OkHttpSender(
            OkHttpSender.builder(policy),
            host -> {
              asked.add(host);
              return names.resolve(host);
            },
            (socket, address, millis) -> {
              dialled.add((InetSocketAddress) address);
              socket.dial(target, millis);
            });
  }

  OkHttpSender sender() {
    return sender;
  }

  Exchange post(URI url) {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    return sender.send(new Request("POST", url, Map.of(), body, Sending.AMPLE));
  }

  /** The names that were looked up. */
  List<String> asked() {
    return asked;
  }

  /** Where connections were begun to. */
  List<InetSocketAddress> dialled() {
    return dialled;
  }

  @Override
  public void close() {
    sender.close();
  }
}
