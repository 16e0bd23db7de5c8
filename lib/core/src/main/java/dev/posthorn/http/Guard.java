package dev.posthorn.http;

import dev.posthorn.webhook.EndpointPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Judges the addresses of the call that the current thread makes. What is asked outside of a call
 * is refused.
 */
final class Guard {
  private final EndpointPolicy policy;

  /**
   * OkHttp hands neither the call nor its deadline to names and sockets, but asks them on the
   * caller's thread. Not static: two senders must not see each other's calls.
   */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Trace> current = new ThreadLocal<>();

  private volatile boolean closed;

  Guard(EndpointPolicy policy) {
    this.policy = policy;
  }

  /** From now on nothing is admitted, not even a call that a cancel came too early for. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  void enter(Trace trace) {
    current.set(trace);
  }

  void leave() {
    current.remove();
  }

  @Nullable Trace current() {
    return current.get();
  }

  /** Throws unless a connection may be made to what the name of the call's URL resolved to. */
  void admit(Trace trace, InetAddress address) throws UnknownHostException {
    checkOpen();
    if (!policy.permits(trace.host(), address, trace.port())) {
      trace.refuse();
      throw new UnknownHostException("refused by policy");
    }
  }

  /**
   * Throws unless a connection may be made there. The address of a proxy is the operator's choice
   * and not judged.
   */
  void admit(Trace trace, SocketAddress address) throws UnknownHostException {
    checkOpen();
    if (trace.viaProxy()) {
      return;
    }
    InetAddress literal = address instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (literal == null) {
      trace.refuse();
      throw new UnknownHostException("refused by policy: not an address");
    }
    admit(trace, literal);
  }

  /** Throws if the sender has been closed. */
  private void checkOpen() throws UnknownHostException {
    if (closed) {
      throw new UnknownHostException("the sender is closed");
    }
  }
}
