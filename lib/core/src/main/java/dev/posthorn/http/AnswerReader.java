package dev.posthorn.http;

import dev.posthorn.contract.Handshake;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Stands next to the network. It checks the route of the connection in use, reads what is wanted of
 * the answer, and hands OkHttp's upper floors an empty 204 in its place: they follow nothing, retry
 * nothing, inflate nothing, and stumble over no header, whatever the receiver sent.
 */
final class AnswerReader implements Interceptor {
  /**
   * More than a snippet needs; what is shorter is read to its end, so that the connection can be
   * kept, and what is longer costs the connection.
   */
  private static final int MOST_BYTES = 8 * 1024;

  private final Guard guard;

  AnswerReader(Guard guard) {
    this.guard = guard;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Trace trace = guard.current();
    Connection connection = chain.connection();
    if (trace == null || connection == null || trace.sends() > 0) {
      throw new ProtocolException("a call sends its request once, within an exchange");
    }
    guard.admit(trace, connection.route().socketAddress());
    Request request = withoutOkHttpsName(chain);
    try (Response response = proceed(chain, request)) {
      trace.answered(read(response, chain.call(), connection));
    }
    return nothing(request);
  }

  /** OkHttp adds its own name where the caller gave none. */
  private static Request withoutOkHttpsName(Chain chain) {
    Request request = chain.request();
    return chain.call().request().header("User-Agent") != null
        ? request
        : request.newBuilder().removeHeader("User-Agent").build();
  }

  /** What OkHttp cannot digest here came from the receiver: a negative length, a huge number. */
  private static Response proceed(Chain chain, Request request) throws IOException {
    try {
      return chain.proceed(request);
    } catch (RuntimeException e) {
      throw invalid(e);
    }
  }

  private static ProtocolException invalid(RuntimeException cause) {
    ProtocolException invalid = new ProtocolException("the answer could not be digested");
    invalid.initCause(cause);
    return invalid;
  }

  private static Answer read(Response response, Call call, Connection connection)
      throws IOException {
    int status = response.code();
    if (status < 200 || status > 599) {
      // What comes next need not be HTTP any more, and a cancel after the end closes nothing.
      connection.socket().close();
      throw new ProtocolException("the status is " + status);
    }
    ResponseBody body = response.body();
    byte[] beginning = beginning(body, call);
    String snippet = Snippet.of(beginning, body.contentType(), response.header("Content-Encoding"));
    return new Answer(
        status,
        response.header("Retry-After"),
        joined(response, Handshake.ALLOWED_ORIGIN),
        joined(response, Handshake.ALLOWED_RATE),
        snippet);
  }

  /** What is there twice must not look as if it were there once. */
  private static @Nullable String joined(Response response, String name) {
    List<String> all = response.headers(name);
    return all.isEmpty() ? null : String.join(", ", all);
  }

  private static byte[] beginning(ResponseBody body, Call call) throws IOException {
    Buffer read = new Buffer();
    BufferedSource source = body.source();
    try {
      while (read.size() < MOST_BYTES) {
        if (source.read(read, MOST_BYTES - read.size()) < 0) {
          return read.readByteArray();
        }
      }
      if (source.exhausted()) {
        return read.readByteArray();
      }
    } catch (RuntimeException e) {
      throw invalid(e);
    } catch (IOException e) {
      if (call.isCanceled()) {
        throw e; // the deadline, or close
      }
      return read.readByteArray(); // cut short, but the status is there
    }
    call.cancel(); // or closing the body would read on for a while
    return read.readByteArray();
  }

  private static Response nothing(Request request) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(204)
        .message("")
        .build();
  }
}
