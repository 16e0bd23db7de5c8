package dev.posthorn.http;

import dev.posthorn.contract.FailureDetail;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in the contract's words what an exception means, given how far the call came. */
final class Failures {
  /** OkHttp reads no more than this of a head, and then speaks of an early end. */
  private static final long MOST_HEAD_BYTES = 256 * 1024;

  private Failures() {}

  /** Total: every throwable has a detail. */
  static FailureDetail detail(Throwable failure, Trace trace) {
    if (trace.refused()) {
      return FailureDetail.POLICY;
    }
    if (!(failure instanceof IOException)) {
      return FailureDetail.SENDER;
    }
    if (failure instanceof SocketTimeoutException || trace.remainingNanos() <= 0) {
      return late(trace);
    }
    return switch (trace.stage()) {
      case STARTED -> FailureDetail.SENDER;
      case LOOKING_UP -> FailureDetail.DNS;
      case CONNECTING, SECURING -> unconnected(failure, trace);
      case CONNECTED -> unanswered(failure, trace);
    };
  }

  /**
   * True if a kept connection turned out to be dead: it failed, in time, before one byte of
   * response came. Only then may the request be sent again. When in doubt this says no.
   */
  static boolean wasDead(Throwable failure, Trace trace) {
    return failure instanceof IOException
        && !(failure instanceof InterruptedIOException)
        && trace.stage() == Trace.Stage.CONNECTED
        && trace.sends() == 1
        && !trace.dialled()
        && !trace.refused()
        && trace.counted()
        && trace.remainingNanos() > 0
        && (trace.received() == 0 || endedBeforeText(failure));
  }

  /**
   * With TLS the end of a connection is itself some bytes on the wire; Okio then says that it had
   * nothing to read a line from. Should it ever say so in other words, nothing is sent again.
   */
  private static boolean endedBeforeText(Throwable failure) {
    String message = failure.getCause() instanceof EOFException end ? end.getMessage() : null;
    return message != null && message.startsWith("\\n not found: limit=0 ");
  }

  private static FailureDetail late(Trace trace) {
    return switch (trace.stage()) {
      case LOOKING_UP -> FailureDetail.DNS;
      case STARTED, CONNECTING, SECURING -> FailureDetail.CONNECT_TIMEOUT;
      case CONNECTED -> FailureDetail.READ_TIMEOUT;
    };
  }

  private static FailureDetail unconnected(Throwable failure, Trace trace) {
    if (failure instanceof UnknownHostException) {
      return FailureDetail.DNS;
    }
    if (failure instanceof SSLException || trace.stage() == Trace.Stage.SECURING) {
      return FailureDetail.TLS;
    }
    if (failure instanceof ConnectException && !says(failure, "timed out")) {
      return FailureDetail.CONNECT_REFUSED; // the operating system's own timeout is one too
    }
    // Reset so early that the JVM had not yet seen the connection stand.
    return says(failure, "reset") ? FailureDetail.RESET : FailureDetail.UNREACHABLE;
  }

  private static boolean says(Throwable failure, String word) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage()).contains(word);
  }

  private static FailureDetail unanswered(Throwable failure, Trace trace) {
    if (failure instanceof SSLHandshakeException) {
      return FailureDetail.TLS; // TLS 1.3 refuses a client's certificate only after the handshake
    }
    boolean garbage = failure instanceof ProtocolException || trace.received() >= MOST_HEAD_BYTES;
    return garbage ? FailureDetail.PROTOCOL : FailureDetail.RESET;
  }
}
