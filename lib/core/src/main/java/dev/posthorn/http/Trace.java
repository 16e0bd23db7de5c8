package dev.posthorn.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way: where it goes, until when, and how far it came. OkHttp makes a call wholly
 * on the thread that executes it (no fast fallback, no HTTP/2), so nothing here is shared.
 */
final class Trace extends EventListener {
  /** How far a call came. */
  enum Stage {
    STARTED,
    LOOKING_UP,
    CONNECTING,
    SECURING,
    CONNECTED
  }

  private final String host;
  private final int port;
  private final long deadline;

  private Stage stage = Stage.STARTED;
  private boolean viaProxy;
  private boolean counted = true;
  private int otherAddresses;
  private boolean refused;
  private boolean dialled;
  private int sends;
  private long received;
  private @Nullable Answer answer;
  private @Nullable Throwable failure;

  /**
   * A call that has not begun.
   *
   * @param deadline when it has to be over, as {@link System#nanoTime} counts
   */
  Trace(String host, int port, long deadline) {
    this.host = host;
    this.port = port;
    this.deadline = deadline;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  Stage stage() {
    return stage;
  }

  /** True if the connection being made, or used, goes to a proxy that the operator chose. */
  boolean viaProxy() {
    return viaProxy;
  }

  long remainingNanos() {
    return deadline - System.nanoTime();
  }

  /**
   * How long the connection to one address may take: all that is left, or half of it if there are
   * other addresses to try.
   */
  int connectMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(remainingNanos());
    long share = otherAddresses > 0 ? millis / 2 : millis;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, share));
  }

  void refuse() {
    refused = true;
  }

  boolean refused() {
    return refused;
  }

  /** True if this call made a connection; false if it was to use a kept one. */
  boolean dialled() {
    return dialled;
  }

  /** How often the request was begun to be sent. */
  int sends() {
    return sends;
  }

  /** False if nobody counts what comes: OkHttp makes the sockets to a SOCKS proxy by itself. */
  boolean counted() {
    return counted;
  }

  /** Counts bytes from the network, as they are on the wire. */
  void received(int bytes) {
    received += bytes;
  }

  /** How many bytes came since the request was begun to be sent. */
  long received() {
    return received;
  }

  void answered(Answer whole) {
    answer = whole;
  }

  @Nullable Answer answer() {
    return answer;
  }

  void failed(Throwable why) {
    failure = why;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void dnsStart(Call call, String domainName) {
    stage = Stage.LOOKING_UP;
  }

  @Override
  public void dnsEnd(Call call, String domainName, List<InetAddress> addresses) {
    otherAddresses = addresses.size();
  }

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    stage = Stage.CONNECTING;
    viaProxy = proxy.type() != Proxy.Type.DIRECT;
    otherAddresses--;
  }

  @Override
  public void secureConnectStart(Call call) {
    stage = Stage.SECURING;
  }

  @Override
  public void secureConnectEnd(Call call, @Nullable Handshake handshake) {
    stage = Stage.CONNECTING;
  }

  @Override
  public void connectEnd(
      Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
    dialled = true;
  }

  @Override
  public void connectFailed(
      Call call,
      InetSocketAddress address,
      Proxy proxy,
      @Nullable Protocol protocol,
      IOException why) {
    // The stage stays: it says in what the connection failed.
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    stage = Stage.CONNECTED;
    Proxy.Type proxy = connection.route().proxy().type();
    viaProxy = proxy != Proxy.Type.DIRECT;
    counted = proxy != Proxy.Type.SOCKS;
  }

  @Override
  public void requestHeadersStart(Call call) {
    sends++;
    received = 0;
  }
}
