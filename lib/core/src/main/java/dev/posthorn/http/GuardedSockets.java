package dev.posthorn.http;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/** Makes guarded sockets, not connected. The ways to get a connected one are closed. */
final class GuardedSockets extends SocketFactory {
  private final Guard guard;
  private final GuardedSocket.Dialler dialler;

  GuardedSockets(Guard guard, GuardedSocket.Dialler dialler) {
    this.guard = guard;
    this.dialler = dialler;
  }

  @Override
  public Socket createSocket() {
    return new GuardedSocket(guard, dialler);
  }

  @Override
  public Socket createSocket(String host, int port) throws SocketException {
    throw closed();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws SocketException {
    throw closed();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws SocketException {
    throw closed();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws SocketException {
    throw closed();
  }

  private static SocketException closed() {
    return new SocketException("only sockets that are not connected are made here");
  }
}
