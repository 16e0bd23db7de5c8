package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a host has set for its whole JVM, each in a JVM of its own: a sender takes no notice, and
 * the proxy that they all point to hears nothing.
 */
@Timeout(120)
class HostSettingsTest {
  /** Lures whoever keeps cookies or has passwords. */
  private static final String LURE =
      String.join(
          "\r\n",
          "HTTP/1.1 401 X",
          "WWW-Authenticate: Basic realm=x",
          "Set-Cookie: a=b; Path=/",
          "Content-Length: 0",
          "",
          "");

  @Test
  void everyPropertyForProxiesIsIgnored() throws Exception {
    try (RawReceiver proxy = RawReceiver.answering(RawReceiver.OK)) {
      String port = Integer.toString(proxy.port());
      assertUnmoved(
          proxy,
          "-DsocksProxyHost=127.0.0.1",
          "-DsocksProxyPort=" + port,
          "-Dhttp.proxyHost=127.0.0.1",
          "-Dhttp.proxyPort=" + port,
          "-Dhttps.proxyHost=127.0.0.1",
          "-Dhttps.proxyPort=" + port,
          "-Dftp.proxyHost=127.0.0.1",
          "-Dftp.proxyPort=" + port,
          "-DproxyHost=127.0.0.1",
          "-DproxyPort=" + port,
          "-Dhttp.nonProxyHosts=",
          "-DsocksNonProxyHosts=",
          "-Dhttp.proxyUser=u",
          "-Dhttp.proxyPassword=p",
          "-Djava.net.socks.username=u",
          "-Djava.net.socks.password=p",
          "-Djava.net.useSystemProxies=true");
    }
  }

  @Test
  void defaultsThatTheHostHasSetAreIgnored() throws Exception {
    try (RawReceiver proxy = RawReceiver.answering(RawReceiver.OK)) {
      assertUnmoved(proxy, "-Ddefaults=" + proxy.port());
    }
  }

  private static void assertUnmoved(RawReceiver proxy, String... settings) throws Exception {
    try (RawReceiver receiver = RawReceiver.answering(LURE)) {
      String said = run(receiver.port(), settings);
      assertEquals("401 401 0", said.strip());
      assertEquals(2, receiver.requests().size());
      for (String request : receiver.requests()) {
        String lower = request.toLowerCase(Locale.ROOT);
        assertFalse(lower.contains("authorization:"), request);
        assertFalse(lower.contains("cookie:"), request);
      }
      assertEquals(0, proxy.connections());
    }
  }

  private static String run(int receiver, String... settings) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
    command.addAll(List.of(settings));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Exchanges.class.getName());
    command.add(Integer.toString(receiver));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return said;
  }

  /** The program of that JVM: two exchanges by http, one by https with a receiver that has none. */
  static final class Exchanges {
    private Exchanges() {}

    public static void main(String[] args) throws IOException {
      if (Integer.getInteger("defaults") != null) {
        setDefaults(Integer.getInteger("defaults"));
      }
      int port = Integer.parseInt(args[0]);
      try (RawReceiver plain = new RawReceiver(wire -> {});
          Sending sending = Sending.to(port, plain.port())) {
        System.out.println(
            sending.post(port).status()
                + " "
                + sending.post(port).status()
                + " "
                + sending.post("https://localhost:" + plain.port() + "/", Sending.AMPLE).status());
      }
    }

    private static void setDefaults(int proxy) {
      ProxySelector.setDefault(
          new ProxySelector() {
            @Override
            public List<Proxy> select(@Nullable URI uri) {
              InetSocketAddress there =
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy);
              return List.of(new Proxy(Proxy.Type.HTTP, there), new Proxy(Proxy.Type.SOCKS, there));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException why) {}
          });
      Authenticator.setDefault(
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication("u", "p".toCharArray());
            }
          });
      CookieHandler.setDefault(new CookieManager());
    }
  }
}
