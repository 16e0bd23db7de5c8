package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A SOCKS proxy that the operator chose: it gets names, and never what the policy refuses. */
@Timeout(60)
class EgressProxyTest {
  private final List<String> targets = new CopyOnWriteArrayList<>();

  @Test
  void theProxyResolvesTheNameAndUrlsAndWrittenAddressesAreStillJudged() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Sending sending = through(proxy)) {
      serve(proxy, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      assertEquals(200, sending.post("http://hooks.example.com/in", Sending.AMPLE).status());
      assertEquals(List.of("hooks.example.com:80"), targets, "the name, not an address");
      for (String url :
          List.of(
              "http://10.0.0.1/",
              "http://169.254.169.254/",
              "http://[::1]/",
              "http://[64:ff9b::a00:1]/",
              "http://localhost/",
              "http://metadata.google.internal/",
              "http://hooks.example.com:8080/",
              "http://127.1/")) {
        assertEquals(FailureDetail.POLICY, sending.post(url, Sending.AMPLE).failure(), url);
      }
      assertEquals(1, targets.size());
      assertEquals(List.of(), sending.dialled(), "nothing goes past the proxy");
    }
  }

  @Test
  void aHalfAnswerThroughTheProxyIsNoReasonToSendAgain() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Sending sending = through(proxy)) {
      serve(proxy, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2");
      assertEquals(200, sending.post("http://hooks.example.com/in", Sending.AMPLE).status());
      Exchange second = sending.post("http://hooks.example.com/in", Sending.AMPLE);
      assertEquals(FailureDetail.RESET, second.failure());
      assertEquals(false, second.resent());
      assertEquals(1, targets.size(), "one connection");
    }
  }

  private static Sending through(ServerSocket proxy) {
    return Sending.with(
        OkHttpSender.builder(EndpointPolicy.standard().allowHttp()).proxySelector(to(proxy)));
  }

  /** Answers the requests of each connection in turn, and closes it after the last answer. */
  private void serve(ServerSocket proxy, String... answers) {
    Thread thread =
        new Thread(
            () -> {
              while (!proxy.isClosed()) {
                try (Socket socket = proxy.accept()) {
                  converse(socket, answers);
                } catch (IOException e) {
                  // the test is over, or the sender has gone
                }
              }
            },
            "socks-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** RFC 1928, without authentication. */
  private void converse(Socket socket, String... answers) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    assertEquals(5, in.readByte());
    in.readNBytes(in.readByte());
    out.write(new byte[] {5, 0});
    byte[] connect = in.readNBytes(4);
    assertEquals(3, connect[3], "a domain name");
    String name = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
    targets.add(name + ":" + in.readUnsignedShort());
    out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String answer : answers) {
      readRequest(in);
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    if (answers.length == 1) {
      assertTrue(in.read() < 0);
    }
  }

  private static void readRequest(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    in.readNBytes("{\"a\":1}".length());
  }

  private static ProxySelector to(ServerSocket proxy) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(@Nullable URI uri) {
        return List.of(
            new Proxy(
                Proxy.Type.SOCKS,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.getLocalPort())));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException why) {}
    };
  }
}
