package dev.posthorn.http;

import java.net.Proxy;
import java.net.ProxySelector;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The OkHttp clients of one sender: one that keeps connections, and one that makes a new connection
 * for each call and keeps none, for a request that has to go out again.
 */
final class Clients implements AutoCloseable {
  /**
   * Longer than the pauses of a busy endpoint, shorter than the 60 s after which load balancers and
   * address translators commonly drop a silent connection.
   */
  private static final long KEEP_ALIVE_SECONDS = 30;

  /** After so many failures OkHttp's memory of failed routes, which never forgets, is replaced. */
  static final int MOST_FAILED_ROUTES = 1000;

  private final Dns names;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile OkHttpClient keeping;
  private volatile OkHttpClient fresh;

  Clients(
      Guard guard,
      Dns names,
      SocketFactory sockets,
      int keptConnections,
      @Nullable ProxySelector proxies,
      @Nullable SSLContext tls) {
    this.names = names;
    this.keeping =
        client(guard, names, sockets, proxies, tls)
            .connectionPool(
                new ConnectionPool(keptConnections, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS))
            .build();
    this.fresh =
        keeping.newBuilder().connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS)).build();
  }

  OkHttpClient keeping() {
    return keeping;
  }

  OkHttpClient fresh() {
    return fresh;
  }

  /** Counts a call that failed. */
  void failed() {
    if (failures.incrementAndGet() == MOST_FAILED_ROUTES) {
      keeping = forgetful(keeping);
      fresh = forgetful(fresh);
      failures.set(0);
    }
  }

  /** Cancels what is in flight. */
  @Override
  public void close() {
    keeping.dispatcher().cancelAll();
    dropIdle();
  }

  /** Closes the connections that nobody uses at this moment. */
  void dropIdle() {
    keeping.connectionPool().evictAll();
    fresh.connectionPool().evictAll();
  }

  private static OkHttpClient.Builder client(
      Guard guard,
      Dns names,
      SocketFactory sockets,
      @Nullable ProxySelector proxies,
      @Nullable SSLContext tls) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dns(names)
            .socketFactory(sockets)
            // One request per connection at a time: it is known whether a byte of response came,
            // OkHttp never sends again by itself, no host rides on another's connection, and no
            // reader thread stands between the socket and the caller.
            .protocols(List.of(Protocol.HTTP_1_1))
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            // Addresses are tried one after the other on the caller's thread.
            .fastFallback(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .cache(null)
            .authenticator(Authenticator.NONE)
            .proxyAuthenticator(Authenticator.NONE)
            // The call's own timeout bounds all of it; a second clock for each read costs more.
            .readTimeout(0, TimeUnit.SECONDS)
            .writeTimeout(0, TimeUnit.SECONDS)
            .eventListenerFactory(
                call -> {
                  Trace trace = guard.current();
                  return trace == null ? EventListener.NONE : trace;
                })
            .addNetworkInterceptor(new AnswerReader(guard));
    if (proxies == null) {
      builder.proxy(Proxy.NO_PROXY); // whatever the JVM's properties say
    } else {
      builder.proxySelector(proxies);
    }
    return tls == null
        ? builder
        : builder.sslSocketFactory(tls.getSocketFactory(), platformTrust());
  }

  /**
   * OkHttp uses a trust manager besides the context only to put a chain in order for pinned
   * certificates, and nothing is pinned here; whom to trust is the context's own decision.
   */
  private static X509TrustManager platformTrust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot read its own trust store", e);
    }
    throw new IllegalStateException("this JVM has no X.509 trust manager");
  }

  /** The same client and pool; changing the names, even to and fro, drops the failed routes. */
  private OkHttpClient forgetful(OkHttpClient client) {
    return client.newBuilder().dns(Dns.SYSTEM).dns(names).build();
  }
}
