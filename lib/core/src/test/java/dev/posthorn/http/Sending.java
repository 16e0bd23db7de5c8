package dev.posthorn.http;

import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A sender under test, with what it was asked to resolve and where it dialled. */
final class Sending implements AutoCloseable {
  static final Duration AMPLE = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(400);

  private final OkHttpSender sender;
  private final List<SocketAddress> dialled = new CopyOnWriteArrayList<>();

  private Sending(OkHttpSender.Builder builder, Lookups.Resolver resolver, int everythingTo) {
    this.sender =
        new OkHttpSender(
            builder,
            resolver,
            (socket, address, millis) -> {
              dialled.add(address);
              socket.dial(everythingTo == 0 ? address : loopback(everythingTo), millis);
            });
  }

  /** May go to 127.0.0.1 and localhost at these ports. */
  static Sending to(int... ports) {
    EndpointPolicy policy = EndpointPolicy.standard();
    for (int port : ports) {
      policy = policy.allow("127.0.0.1:" + port).allow("localhost:" + port);
    }
    return with(OkHttpSender.builder(policy));
  }

  static Sending with(OkHttpSender.Builder builder) {
    return new Sending(builder, InetAddress::getAllByName, 0);
  }

  /** The standard policy with http, scripted names, and every connection bent to a receiver. */
  static Sending resolving(Lookups.Resolver resolver, int receiver) {
    return resolving(UnaryOperator.identity(), resolver, receiver);
  }

  static Sending resolving(
      UnaryOperator<EndpointPolicy> policy, Lookups.Resolver resolver, int receiver) {
    return new Sending(
        OkHttpSender.builder(policy.apply(EndpointPolicy.standard().allowHttp())),
        resolver,
        receiver);
  }

  static InetAddress[] addresses(String... literals) throws UnknownHostException {
    InetAddress[] addresses = new InetAddress[literals.length];
    for (int i = 0; i < literals.length; i++) {
      addresses[i] = InetAddress.getByName(literals[i]);
    }
    return addresses;
  }

  OkHttpSender sender() {
    return sender;
  }

  /** Where connections were tried to, in order. */
  List<String> dialled() {
    return dialled.stream()
        .map(address -> ((InetSocketAddress) address).getAddress().getHostAddress())
        .toList();
  }

  Exchange post(int port) {
    return post("http://127.0.0.1:" + port + "/hook", AMPLE);
  }

  Exchange post(int port, Duration deadline) {
    return post("http://127.0.0.1:" + port + "/hook", deadline);
  }

  Exchange post(String url, Duration deadline) {
    return send("POST", url, Map.of("User-Agent", "Test/1"), "{\"a\":1}", deadline);
  }

  Exchange send(
      String method, String url, Map<String, String> headers, String body, Duration deadline) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return sender.send(new Request(method, URI.create(url), headers, bytes, deadline));
  }

  @Override
  public void close() {
    sender.close();
  }

  private static InetSocketAddress loopback(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
