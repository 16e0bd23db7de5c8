package dev.posthorn.http;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Sends over HTTP/1.1 with OkHttp, on the thread of the caller, which may be a virtual one.
 * Thread-safe.
 *
 * <p>The endpoint policy judges the URL before each exchange, every address that the host's name
 * resolves to (one refused address refuses them all), the address in the socket that connects, and
 * the route of the connection that is used. What it refuses fails with {@link
 * FailureDetail#POLICY}, and nothing is sent.
 *
 * <p>The deadline bounds everything: name look-up, connections to all addresses, handshake, request
 * and answer, however slowly it drips. Of an answer's body at most 8 KiB are read, never inflated;
 * a longer one costs the connection. Connections are kept for 30 seconds. Where a kept one turns
 * out to be dead before a byte of response came, the request is sent once more on a new connection;
 * in every other case a request goes out at most once.
 *
 * <p>The headers {@code Host}, {@code Content-Length}, {@code Accept-Encoding} and {@code
 * Connection} are the sender's. The JVM's proxy properties are ignored.
 */
public final class OkHttpSender implements WebhookSender {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Set<String> BODILESS = Set.of("HEAD", "GET", "OPTIONS");

  private final AdmittedUrls urls;
  private final Guard guard;
  private final Lookups lookups;
  private final Clients usual;
  private final Map<String, Clients> identities = new LinkedHashMap<>();
  private final Unforeseen unforeseen = new Unforeseen();

  OkHttpSender(Builder settings, Lookups.Resolver resolver, GuardedSocket.Dialler dialler) {
    this.urls = new AdmittedUrls(settings.policy);
    this.guard = new Guard(settings.policy);
    this.lookups = new Lookups(resolver);
    GuardedNames names = new GuardedNames(guard, lookups);
    GuardedSockets sockets = new GuardedSockets(guard, dialler);
    int kept = settings.keptConnections;
    this.usual = new Clients(guard, names, sockets, kept, settings.proxies, settings.tls);
    settings.identities.forEach(
        (name, tls) ->
            identities.put(name, new Clients(guard, names, sockets, kept, settings.proxies, tls)));
  }

  /** A sender that goes only where the policy lets it. */
  public static Builder builder(EndpointPolicy policy) {
    return new Builder(policy);
  }

  /**
   * {@inheritDoc}
   *
   * <p>An exchange that {@link #close} cancels fails with {@link FailureDetail#RESET}; one that is
   * begun after it with {@link FailureDetail#SENDER}.
   *
   * @throws IllegalArgumentException if the request cannot be made: another method, a body with any
   *     but {@code POST}, a header that is reserved or not printable ASCII, an identity that the
   *     sender does not have
   */
  @Override
  public Exchange send(Request request) {
    long start = System.nanoTime();
    okhttp3.Request.Builder prepared =
        new okhttp3.Request.Builder()
            .headers(RequestHeaders.of(request.headers()))
            .method(request.method(), body(request));
    Clients clients = clients(request.tls());
    HttpUrl url = urls.admit(request.url());
    if (url == null) {
      return Exchange.failed(FailureDetail.POLICY, since(start), false);
    }
    okhttp3.Request message = prepared.url(url).build();
    long deadline = start + nanos(request.deadline());
    Trace first = attempt(clients, clients.keeping(), message, deadline);
    Throwable failure = first.failure();
    if (failure == null || guard.isClosed() || !Failures.wasDead(failure, first)) {
      return exchange(clients, first, start, false);
    }
    Trace second = attempt(clients, clients.fresh(), message, deadline);
    return exchange(clients, second, start, true);
  }

  private Clients clients(@Nullable String identity) {
    Clients clients = identity == null ? usual : identities.get(identity);
    if (clients == null) {
      throw new IllegalArgumentException(
          "there is no TLS identity \"" + identity + "\", only " + identities.keySet());
    }
    return clients;
  }

  /** Those that the builder was given, in this order. */
  @Override
  public Set<String> identities() {
    return Collections.unmodifiableSet(identities.keySet());
  }

  @Override
  public void close() {
    guard.close();
    lookups.close();
    usual.close();
    identities.values().forEach(Clients::close);
  }

  private static @Nullable OneShotBody body(Request request) {
    if (request.method().equals("POST")) {
      return new OneShotBody(request.body());
    }
    if (!BODILESS.contains(request.method())) {
      throw new IllegalArgumentException(
          "the method must be POST, HEAD, GET or OPTIONS, not " + request.method());
    }
    if (request.body().length > 0) {
      throw new IllegalArgumentException("a " + request.method() + " has no body");
    }
    return null;
  }

  private Trace attempt(
      Clients clients, OkHttpClient client, okhttp3.Request message, long deadline) {
    Trace trace = new Trace(message.url().host(), message.url().port(), deadline);
    guard.enter(trace);
    try {
      if (guard.isClosed()) {
        throw new IllegalStateException("the sender is closed");
      }
      Call call = client.newCall(message);
      // Zero would be no limit.
      call.timeout().timeout(Math.max(1, trace.remainingNanos()), TimeUnit.NANOSECONDS);
      call.execute().close();
    } catch (Throwable e) { // a hostile receiver must not end its caller's thread
      trace.failed(e);
    } finally {
      guard.leave();
      if (guard.isClosed()) {
        clients.dropIdle();
      }
    }
    return trace;
  }

  private Exchange exchange(Clients clients, Trace trace, long start, boolean resent) {
    if (trace.dialled()) {
      lookups.prove(trace.host());
    }
    Answer answer = trace.answer();
    if (answer != null) {
      return Exchange.answered(
              answer.status(), answer.retryAfter(), answer.snippet(), since(start), resent)
          .allowing(answer.allowedOrigin(), answer.allowedRate());
    }
    clients.failed();
    return Exchange.failed(detail(trace), since(start), resent);
  }

  private FailureDetail detail(Trace trace) {
    Throwable failure = Objects.requireNonNullElseGet(trace.failure(), AssertionError::new);
    if (guard.isClosed()) {
      return failure instanceof IOException ? FailureDetail.RESET : FailureDetail.SENDER;
    }
    FailureDetail detail = Failures.detail(failure, trace);
    if (detail == FailureDetail.SENDER) {
      unforeseen.log(trace.host(), failure);
    }
    return detail;
  }

  private static long nanos(Duration deadline) {
    return deadline.compareTo(LONGEST) < 0 ? deadline.toNanos() : LONGEST.toNanos();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The few things to choose about a sender. Not thread-safe. */
  public static final class Builder {
    private final EndpointPolicy policy;
    private int keptConnections = 256;
    private @Nullable ProxySelector proxies;
    private @Nullable SSLContext tls;
    private final Map<String, SSLContext> identities = new LinkedHashMap<>();

    private Builder(EndpointPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Sends through the operator's proxies; the default is to connect directly, whatever the JVM's
     * properties say. A proxy resolves the names of endpoints itself, so it has to be the guard for
     * what they resolve to: here the policy judges only URLs, and addresses written in them. The
     * proxy's own address is not judged. Where the selector says "no proxy" all guards hold.
     */
    public Builder proxySelector(ProxySelector selector) {
      this.proxies = Objects.requireNonNull(selector, "selector");
      return this;
    }

    /**
     * Whom to trust, and with which certificate to present oneself; the default is the platform's
     * trust store. Host names are verified in any case.
     */
    public Builder sslContext(SSLContext context) {
      this.tls = Objects.requireNonNull(context, "context");
      return this;
    }

    /**
     * As {@link #sslContext(SSLContext)}, for requests that ask for it by a name. Each identity has
     * connections of its own.
     *
     * @param name what requests say in {@link WebhookSender.Request#tls}
     */
    public Builder sslContext(String name, SSLContext context) {
      identities.put(name, Objects.requireNonNull(context, "context"));
      return this;
    }

    /**
     * How many idle connections to keep, to all endpoints of an identity together; the default is
     * 256. As many as exchanges run at once is a good number: fewer means more handshakes, and each
     * call looks through them all.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder keptConnections(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("connections to keep must not be negative: " + most);
      }
      this.keptConnections = most;
      return this;
    }

    /** A sender, to be closed by the caller. */
    public OkHttpSender build() {
      return new OkHttpSender(this, InetAddress::getAllByName, GuardedSocket::dial);
    }
  }
}
