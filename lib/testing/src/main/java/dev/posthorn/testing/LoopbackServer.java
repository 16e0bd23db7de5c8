package dev.posthorn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okio.Buffer;
import okio.ByteString;

/** HTTP on the loopback address: reads requests and writes what is decided elsewhere. */
final class LoopbackServer implements AutoCloseable {
  private final MockWebServer server = new MockWebServer();
  private final LoopbackSockets sockets = new LoopbackSockets();
  private final Function<Seen, Answer> decide;

  private LoopbackServer(Function<Seen, Answer> decide) {
    this.decide = decide;
    server.setServerSocketFactory(sockets);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return respond(request);
          }
        });
  }

  static LoopbackServer start(Function<Seen, Answer> decide) {
    LoopbackServer started = new LoopbackServer(decide);
    try {
      started.server.start(loopback(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no port could be opened on the loopback address", e);
    }
    return started;
  }

  /** Not the machine's own choice, which may be IPv6: everyone can reach this one. */
  private static InetAddress loopback() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  int connections() {
    return sockets.accepted();
  }

  /** Closes all connections. What is being decided should have been decided. */
  @Override
  public void close() {
    server.close();
  }

  private MockResponse respond(RecordedRequest request) {
    Answer answer = decide.apply(seen(request));
    if (answer.cuts()) {
      sockets.resetWhenClosed(request.getConnectionIndex());
      return silent(new SocketEffect.CloseSocket());
    }
    if (answer.status() == 0) {
      return silent(SocketEffect.Stall.INSTANCE);
    }
    MockResponse.Builder response = response(answer, request.getMethod().equals("HEAD"));
    if (isLast(request.getHeaders()) || isLast(response.getHeaders())) {
      response.onResponseEnd(new SocketEffect.CloseSocket());
    }
    return response.build();
  }

  private static boolean isLast(Headers headers) {
    return "close".equalsIgnoreCase(headers.get("Connection"));
  }

  private static MockResponse silent(SocketEffect effect) {
    return new MockResponse.Builder().onResponseStart(effect).build();
  }

  private static MockResponse.Builder response(Answer answer, boolean withoutBody) {
    byte[] body = answer.body();
    MockResponse.Builder response = new MockResponse.Builder().code(answer.status());
    if (!withoutBody && body.length > 0) {
      response.body(new Buffer().write(body));
    }
    if (answer.status() == 204 || answer.status() == 304) {
      response.removeHeader("Content-Length");
    }
    answer.headers().forEach(response::setHeader);
    return response;
  }

  private static Seen seen(RecordedRequest request) {
    Headers headers = request.getHeaders();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      lines.add(headers.name(i) + ": " + headers.value(i));
    }
    ByteString body = request.getBody();
    return new Seen(
        request.getMethod(),
        request.getTarget(),
        lines,
        body == null ? new byte[0] : body.toByteArray());
  }
}
