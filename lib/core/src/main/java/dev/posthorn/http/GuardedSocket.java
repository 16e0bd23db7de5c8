package dev.posthorn.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that judges the very address it is to connect to, and counts what comes in. It goes
 * straight there whatever the JVM's proxy properties say.
 */
final class GuardedSocket extends Socket {
  /** Makes the connection, after the address has been judged. */
  interface Dialler {
    void dial(GuardedSocket socket, SocketAddress address, int millis) throws IOException;
  }

  private final Guard guard;
  private final Dialler dialler;
  private @Nullable InputStream counted;

  GuardedSocket(Guard guard, Dialler dialler) {
    super(Proxy.NO_PROXY);
    this.guard = guard;
    this.dialler = dialler;
  }

  /** Connects within what is left of the call's deadline, whatever the timeout given says. */
  @Override
  public void connect(SocketAddress address, int timeout) throws IOException {
    Trace trace = guard.current();
    if (trace == null) {
      throw new SocketException("no connection is made outside of an exchange");
    }
    guard.admit(trace, address);
    // The parts of a request that are written apart must not wait for each other's
    // acknowledgement. Set first: a connection that is reset at once takes no option any more.
    setTcpNoDelay(true);
    dialler.dial(this, address, trace.connectMillis());
    // A second bound for the TLS handshake: a cancel that comes between two steps would be missed.
    setSoTimeout(trace.connectMillis());
  }

  /** Connects, unjudged. */
  void dial(SocketAddress address, int millis) throws IOException {
    super.connect(address, millis);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream stream = counted;
    if (stream == null) {
      stream = new Counted(super.getInputStream(), guard);
      counted = stream;
    }
    return stream;
  }

  private static final class Counted extends FilterInputStream {
    private final Guard guard;

    Counted(InputStream in, Guard guard) {
      super(in);
      this.guard = guard;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int bytes = super.read(buffer, offset, length);
      count(bytes);
      return bytes;
    }

    private void count(int bytes) {
      Trace trace = guard.current();
      if (bytes > 0 && trace != null) {
        trace.received(bytes);
      }
    }
  }
}
