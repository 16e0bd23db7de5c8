package dev.posthorn.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;

/** Keeps the connections that were accepted, in order. */
final class LoopbackSockets extends ServerSocketFactory {
  /** The usual 50 are too few for a sender that opens hundreds of connections at once. */
  private static final int BACKLOG = 1000;

  private final List<Socket> accepted = new ArrayList<>();

  synchronized int accepted() {
    return accepted.size();
  }

  private synchronized void add(Socket connection) {
    accepted.add(connection);
  }

  /** Lets the end of a connection be a reset instead of an orderly close. */
  synchronized void resetWhenClosed(int index) {
    try {
      accepted.get(index).setSoLinger(true, 0);
    } catch (IOException e) {
      // It has ended already, which is as good.
    }
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new Listening();
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    throw new IOException("only unbound sockets are made here");
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress local)
      throws IOException {
    return createServerSocket(port);
  }

  private final class Listening extends ServerSocket {
    Listening() throws IOException {}

    @Override
    public void bind(SocketAddress local, int backlog) throws IOException {
      super.bind(local, BACKLOG);
    }

    @Override
    public Socket accept() throws IOException {
      Socket connection = super.accept();
      connection.setTcpNoDelay(true);
      add(connection);
      return connection;
    }
  }
}
