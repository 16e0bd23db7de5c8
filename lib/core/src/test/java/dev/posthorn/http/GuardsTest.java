package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GuardsTest {
  private static final String URL = "http://hooks.example.com/";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16/",
        "http://[fd00:ec2::254]/",
        "http://localhost/",
        "http://metadata.google.internal/",
        "http://hooks.example.com:8080/",
        "ftp://hooks.example.com/",
        "http://user@hooks.example.com/",
        "http://hooks.example.com/#x",
        "http://127.1/",
      })
  void aUrlThatThePolicyRefusesIsNeitherResolvedNorDialled(String url) {
    AtomicInteger resolved = new AtomicInteger();
    try (Sending sending =
        Sending.resolving(
            host -> {
              resolved.incrementAndGet();
              return Sending.addresses("93.184.216.34");
            },
            1)) {
      assertEquals(FailureDetail.POLICY, sending.post(url, Sending.AMPLE).failure());
      assertEquals(List.of(), sending.dialled());
      assertEquals(0, resolved.get());
    }
  }

  @Test
  void aNameIsResolvedOnceAndItsFirstAddressIsDialled() throws IOException {
    AtomicInteger resolved = new AtomicInteger();
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending =
            Sending.resolving(
                host -> {
                  resolved.incrementAndGet();
                  assertEquals("hooks.example.com", host);
                  return Sending.addresses("93.184.216.34", "2606:4700::1111");
                },
                receiver.port())) {
      assertEquals(200, sending.post(URL, Sending.AMPLE).status());
      assertEquals(200, sending.post(URL, Sending.AMPLE).status());
      assertEquals(List.of("93.184.216.34"), sending.dialled());
      assertEquals(1, resolved.get(), "the second request used the kept connection");
      assertTrue(receiver.requests().get(0).contains("\r\nHost: hooks.example.com\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "93.184.216.34 10.0.0.1",
        "10.0.0.1 93.184.216.34",
        "93.184.216.34 ::1",
        "93.184.216.34 169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2606:4700::1111 fd00:ec2::254",
      })
  void oneRefusedAddressRefusesThemAll(String addresses) throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending =
            Sending.resolving(
                host -> Sending.addresses(addresses.split(" ", -1)), receiver.port())) {
      Exchange exchange = sending.post(URL, Sending.AMPLE);
      assertEquals(FailureDetail.POLICY, exchange.failure());
      assertEquals(List.of(), sending.dialled());
      assertEquals(0, receiver.connections());
    }
  }

  @Test
  void aRefusedAddressBeyondTheCapRefusesThemAllToo() throws IOException {
    InetAddress[] many = new InetAddress[1000];
    for (int i = 0; i < many.length; i++) {
      many[i] = InetAddress.getByAddress(new byte[] {8, 8, (byte) (i >> 8), (byte) i});
    }
    many[999] = InetAddress.getLoopbackAddress();
    try (Sending sending = Sending.resolving(host -> many, 1)) {
      assertEquals(FailureDetail.POLICY, sending.post(URL, Sending.AMPLE).failure());
      assertEquals(List.of(), sending.dialled());
      many[999] = InetAddress.getByName("8.8.8.8");
      assertEquals(FailureDetail.CONNECT_REFUSED, sending.post(URL, Sending.AMPLE).failure());
      assertEquals(16, sending.dialled().size(), "so many addresses are tried and no more");
    }
  }

  @Test
  void aNameThatTurnsElsewhereIsRefusedWhenAConnectionIsMade() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        Sending sending =
            Sending.resolving(
                host ->
                    Sending.addresses(asked.getAndIncrement() == 0 ? "93.184.216.34" : "127.0.0.1"),
                receiver.port())) {
      assertEquals(200, sending.post(URL, Sending.AMPLE).status());
      assertEquals(FailureDetail.POLICY, sending.post(URL, Sending.AMPLE).failure());
      assertEquals(List.of("93.184.216.34"), sending.dialled());
      assertEquals(1, receiver.requests().size());
    }
  }

  @Test
  void anAllowedRangeLetsANameGoThere() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending =
            Sending.resolving(
                policy -> policy.allow("10.0.0.0/8").deny("10.6.6.0/24"),
                host -> Sending.addresses(host.startsWith("good") ? "10.1.1.1" : "10.6.6.6"),
                receiver.port())) {
      assertEquals(200, sending.post("http://good.example.com/", Sending.AMPLE).status());
      assertEquals(
          FailureDetail.POLICY, sending.post("http://bad.example.com/", Sending.AMPLE).failure());
      assertEquals(List.of("10.1.1.1"), sending.dialled());
    }
  }

  @Test
  void aDeadAddressCostsAPartOfTheDeadlineAndNotAllOfIt() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK)) {
      InetAddress[] answer = Sending.addresses("127.0.0.2", "127.0.0.1");
      OkHttpSender.Builder builder =
          OkHttpSender.builder(
              EndpointPolicy.standard().allow("hooks.example.com:" + receiver.port()));
      AtomicInteger tries = new AtomicInteger();
      try (OkHttpSender sender =
          new OkHttpSender(
              builder,
              host -> answer,
              (socket, address, millis) -> {
                if (tries.incrementAndGet() == 1) {
                  assertTrue(millis <= Sending.AMPLE.toMillis() / 2);
                  throw new java.net.SocketTimeoutException("nobody there");
                }
                assertTrue(millis > Sending.AMPLE.toMillis() / 2);
                socket.dial(address, millis);
              })) {
        Exchange exchange = sender.send(request("http://hooks.example.com:" + receiver.port()));
        assertEquals(200, exchange.status());
        assertEquals(2, tries.get());
      }
    }
  }

  @Test
  void aNameThatDoesNotExistIsADnsFailure() {
    try (Sending sending =
        Sending.resolving(
            host -> {
              throw new UnknownHostException(host);
            },
            1)) {
      assertEquals(FailureDetail.DNS, sending.post(URL, Sending.AMPLE).failure());
    }
  }

  @Test
  void namesAndSocketsOutsideOfAnExchangeAreRefused() throws Exception {
    Guard guard = new Guard(EndpointPolicy.standard());
    try (Lookups lookups = new Lookups(host -> Sending.addresses("93.184.216.34"));
        GuardedSocket socket = new GuardedSocket(guard, GuardedSocket::dial)) {
      Dns names = new GuardedNames(guard, lookups);
      assertThrows(UnknownHostException.class, () -> names.lookup("hooks.example.com"));
      InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
      assertThrows(SocketException.class, () -> socket.connect(loopback));
      CompletableFuture<Dns.Request> second = new CompletableFuture<>();
      names
          .newCall(new Dns.Request("hooks.example.com"))
          .enqueue(
              new Dns.Callback() {
                @Override
                public void onRecords(
                    Dns.Call call, boolean last, List<? extends Dns.Record> records) {
                  second.complete(call.getRequest());
                }

                @Override
                public void onFailure(Dns.Call call, IOException why) {
                  second.completeExceptionally(why);
                }
              });
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> second.get(20, TimeUnit.SECONDS));
      assertEquals(
          "java.net.UnknownHostException: no name is resolved outside of an exchange",
          refused.getMessage());
    }
  }

  @Test
  void theSocketJudgesTheAddressItselfWhateverResolvedIt() throws Exception {
    Guard guard = new Guard(EndpointPolicy.standard());
    Trace trace = new Trace("hooks.example.com", 443, System.nanoTime() + 1_000_000_000L);
    guard.enter(trace);
    try (GuardedSocket socket =
        new GuardedSocket(
            guard,
            (s, address, millis) -> {
              throw new AssertionError("dialled " + address);
            })) {
      for (SocketAddress bad :
          List.of(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 443),
              new InetSocketAddress(InetAddress.getByName("169.254.169.254"), 443),
              InetSocketAddress.createUnresolved("hooks.example.com", 443))) {
        assertThrows(UnknownHostException.class, () -> socket.connect(bad));
      }
      assertTrue(trace.refused());
    } finally {
      guard.leave();
    }
  }

  @Test
  void anOperatorsProxyGetsTheNameAndIsNotJudgedItself() throws IOException {
    try (RawReceiver proxy = RawReceiver.answering(RawReceiver.OK);
        Sending sending =
            Sending.with(
                OkHttpSender.builder(EndpointPolicy.standard().allowHttp())
                    .proxySelector(always(Proxy.Type.HTTP, proxy.port())))) {
      assertEquals(200, sending.post("http://hooks.example.com/a?b", Sending.AMPLE).status());
      assertTrue(
          proxy.requests().get(0).startsWith("POST http://hooks.example.com/a?b HTTP/1.1\r\n"));
      assertEquals(List.of("127.0.0.1"), sending.dialled());
      for (String url : List.of("http://10.0.0.1/", "http://127.0.0.1/", "http://a.internal/")) {
        assertEquals(FailureDetail.POLICY, sending.post(url, Sending.AMPLE).failure());
      }
      assertEquals(1, proxy.requests().size());
    }
  }

  @Test
  void aProxyThatRefusesATunnelIsAnEndpointOutOfReach() throws IOException {
    try (RawReceiver proxy =
            RawReceiver.answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        Sending sending =
            Sending.with(
                OkHttpSender.builder(EndpointPolicy.standard())
                    .proxySelector(always(Proxy.Type.HTTP, proxy.port())))) {
      Exchange exchange = sending.post("https://hooks.example.com/", Sending.AMPLE);
      assertEquals(FailureDetail.UNREACHABLE, exchange.failure());
      assertTrue(proxy.requests().get(0).startsWith("CONNECT hooks.example.com:443 HTTP/1.1"));
    }
  }

  @Test
  void whereTheSelectorSaysNoProxyTheGuardsHold() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        OkHttpSender sender =
            new OkHttpSender(
                OkHttpSender.builder(EndpointPolicy.standard().allowHttp())
                    .proxySelector(always(Proxy.Type.DIRECT, 0)),
                host -> Sending.addresses("127.0.0.1"),
                (socket, address, millis) -> {
                  throw new AssertionError("dialled " + address);
                })) {
      assertEquals(FailureDetail.POLICY, sender.send(request(URL)).failure());
      assertEquals(0, receiver.connections());
    }
  }

  @Test
  void aSelectorThatThrowsIsTheSendersFailure() {
    ProxySelector broken =
        new ProxySelector() {
          @Override
          public List<Proxy> select(@Nullable URI uri) {
            throw new IllegalStateException("hunter2");
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException why) {}
        };
    try (Sending sending =
        Sending.with(
            OkHttpSender.builder(EndpointPolicy.standard().allowHttp()).proxySelector(broken))) {
      assertEquals(FailureDetail.SENDER, sending.post(URL, Sending.AMPLE).failure());
    }
  }

  /** In a JVM of its own: the properties are the whole JVM's. */
  @Test
  void theProxyPropertiesOfTheJvmAreIgnored() throws Exception {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        RawReceiver proxy = RawReceiver.answering(RawReceiver.OK)) {
      String port = Integer.toString(proxy.port());
      Process process =
          new ProcessBuilder(
                  new File(System.getProperty("java.home"), "bin/java").getPath(),
                  "-DsocksProxyHost=127.0.0.1",
                  "-DsocksProxyPort=" + port,
                  "-Dhttp.proxyHost=127.0.0.1",
                  "-Dhttp.proxyPort=" + port,
                  "-Dhttp.nonProxyHosts=",
                  "-Djava.net.useSystemProxies=true",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  OneExchange.class.getName(),
                  Integer.toString(receiver.port()))
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertTrue(said.contains("status 200"), said);
      assertEquals(1, receiver.requests().size());
      assertEquals(0, proxy.connections());
    }
  }

  /** The program of that JVM. */
  static final class OneExchange {
    private OneExchange() {}

    public static void main(String[] args) {
      try (Sending sending = Sending.to(Integer.parseInt(args[0]))) {
        System.out.println("status " + sending.post(Integer.parseInt(args[0])).status());
      }
    }
  }

  private static dev.posthorn.delivery.WebhookSender.Request request(String url) {
    return new dev.posthorn.delivery.WebhookSender.Request(
        "POST", URI.create(url), java.util.Map.of(), new byte[0], Sending.AMPLE);
  }

  private static ProxySelector always(Proxy.Type type, int port) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(@Nullable URI uri) {
        assertNotNull(uri);
        return List.of(
            type == Proxy.Type.DIRECT
                ? Proxy.NO_PROXY
                : new Proxy(type, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException why) {}
    };
  }
}
