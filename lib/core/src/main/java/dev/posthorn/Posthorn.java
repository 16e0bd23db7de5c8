package dev.posthorn;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.RetryScheduler;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.store.Storage;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.EventCatalogue;
import dev.posthorn.webhook.WebhookRegistry;
import java.net.ProxySelector;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * Sends webhooks from inside an application.
 *
 * <pre>{@code
 * Posthorn posthorn = Posthorn.builder().contract(Contracts.oneHorizon()).build().start();
 *
 * Registration hook =
 *     posthorn.registry().register(WebhookSpec.to("https://customer.example/hooks").events("task.*"));
 * hook.secret();                                // handed out once, here
 * posthorn.registry().verify(hook.id());        // HEAD, then GET where HEAD answers 405
 *
 * posthorn.publisher().publish(event);          // any CloudEvent
 * posthorn.deliveries().of(hook.id(), Page.first(20));
 * posthorn.close();
 * }</pre>
 *
 * <p>Every accepted event reaches every webhook that asked for it at least once, or ends in a state
 * that can be seen, explained and replayed. Receivers must expect duplicates; no order is promised.
 * With the in-memory store, which is the default, deliveries do not survive the process.
 *
 * <p>Thread-safe. Instances share nothing: two in one JVM never meet. Its threads are daemons, so
 * close it before the application ends.
 */
public final class Posthorn implements AutoCloseable {
  private final Assembly parts;
  private boolean closed; // guarded by this

  private Posthorn(Settings settings) {
    parts = new Assembly(settings);
  }

  /** A builder with defaults for everything. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins to send. Before it, everything else works: events are stored, and only verifications and
   * test events go out. Does nothing if it is started already.
   *
   * @return this
   * @throws IllegalStateException if it has been closed
   */
  public synchronized Posthorn start() {
    if (closed) {
      throw new IllegalStateException("this instance has been closed: build a new one");
    }
    parts.turnOn();
    return this;
  }

  /** The webhooks of the default tenant; {@link WebhookRegistry#forTenant} for another one. */
  public WebhookRegistry registry() {
    return parts.registry;
  }

  /** Accepts events of the default tenant; {@link EventPublisher#forTenant} for another one. */
  public EventPublisher publisher() {
    return parts.publisher;
  }

  /** The log of the default tenant; {@link DeliveryLog#forTenant} for another one. */
  public DeliveryLog deliveries() {
    return parts.deliveries;
  }

  /** How this instance and its store are. Bounded in time, however much the store holds. */
  public Health health() {
    return parts.checkup.health();
  }

  /** Claims no more; what is in flight ends, and publishing still stores. Can be started again. */
  public synchronized void stop() {
    parts.engine.turnOff();
  }

  /**
   * Waits until nothing is in flight and nothing is due now; what waits for a later retry does not
   * count. Where nothing is sent, since it is not started or was stopped, nothing counts as due.
   *
   * @param atMost zero for a look
   * @return false if that did not happen within the limit, or the thread was interrupted, which it
   *     then still is
   */
  public boolean settle(Duration atMost) {
    return parts.engine.settle(atMost);
  }

  /**
   * Waits until nothing is pending, later retries included; what is held does not count. To be
   * called while it is started.
   *
   * @return false if that did not happen within the limit, or the thread was interrupted, which it
   *     then still is
   */
  public boolean drain(Duration atMost) {
    return parts.engine.drain(atMost);
  }

  /**
   * Ends it, within {@link Limits#closeWithin()}: with a store that does not outlive the process it
   * accepts nothing more and first sends what is due; then it claims no more, waits for what is in
   * flight, cuts off what takes too long, and gives unsent claims back. Schedulers, executors,
   * stores and senders that the host handed in stay open. Idempotent.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    parts.closing.run();
  }

  /**
   * What an instance is made of. What is handed in must be thread-safe. Where a method is called
   * again, the last call counts, but for {@link #contract}. Not thread-safe; can be used again
   * after {@link #build}.
   */
  public static final class Builder {
    private final Settings settings = new Settings();

    private Builder() {}

    /**
     * The instance's name in logs, threads and health reports. The default is {@code posthorn}.
     * Several may have the same: where they share a store, each is told by its name, a hyphen and 8
     * random characters.
     *
     * @throws IllegalArgumentException if it is not 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     */
    public Builder name(String instance) {
      Settings.checkName("a name", instance);
      settings.name = instance;
      return this;
    }

    /**
     * A contract that webhooks may have; may be called several times, with different names, and the
     * first is that of webhooks that name none. The default is {@link Contracts#oneHorizon()}
     * alone.
     */
    public Builder contract(DeliveryContract contract) {
      settings.contracts.add(contract);
      return this;
    }

    /**
     * The {@code source} of events that are published without a CloudEvent, and of test events. The
     * default is {@code /} and the name.
     */
    public Builder source(URI source) {
      settings.source = source;
      return this;
    }

    /**
     * The event types that this application has, as a closed catalogue: webhooks can then want no
     * others, and none other can be published. Events that only test a webhook are exempt. The
     * default is an open catalogue, which lets all types be.
     *
     * @throws IllegalArgumentException if there is none, or one is given twice, is a pattern such
     *     as {@code task.*} or can be no event type
     */
    public Builder eventTypes(String... types) {
      return eventTypes(List.of(types));
    }

    /** As {@link #eventTypes(String...)}. */
    public Builder eventTypes(Collection<String> types) {
      settings.catalogue = EventCatalogue.of(types);
      return this;
    }

    /** Where everything is kept. The default is in memory, at most a million deliveries. */
    public Builder store(Storage store) {
      settings.storage = store;
      return this;
    }

    /**
     * Joins the transaction that the calling thread is in, if it is in one: for frameworks that
     * keep it there. Asked at each publish that is not in a transaction by {@link
     * EventPublisher#in}. The default is none: the store commits by itself.
     */
    public Builder joining(Supplier<Optional<Transaction>> current) {
      settings.joining = current;
      return this;
    }

    /**
     * Which URLs and addresses may be sent to. The default is {@link EndpointPolicy#standard()}:
     * public HTTPS endpoints only.
     */
    public Builder endpoints(EndpointPolicy policy) {
      settings.policy = policy;
      return this;
    }

    /** What wakes the engine. The default is a timer thread of its own. */
    public Builder scheduler(RetryScheduler scheduler) {
      settings.scheduler = scheduler;
      return this;
    }

    /**
     * What makes exchanges. The default is OkHttp, guarded by the endpoint policy. Another one must
     * guard addresses itself: the policy then judges URLs when webhooks are registered, and nothing
     * else.
     */
    public Builder sender(WebhookSender sender) {
      settings.sender = sender;
      return this;
    }

    /**
     * A proxy for the usual sender. The proxy resolves host names then, so it must guard them; URLs
     * and literal addresses are still judged here. The default is none, whatever the JVM's
     * properties say.
     */
    public Builder proxy(ProxySelector selector) {
      settings.proxy = selector;
      return this;
    }

    /**
     * Trust and client keys for the usual sender, for webhooks that name no identity. The default
     * is the JVM's trust, and no key. Host names are verified in any case.
     */
    public Builder tls(SSLContext context) {
      settings.tls = context;
      return this;
    }

    /**
     * Trust and client keys for the usual sender, for webhooks that name this identity ({@link
     * dev.posthorn.webhook.WebhookSpec#tls}): a certificate that a receiver demands, or a
     * certification authority that only it uses. May be called several times, with different names;
     * each identity has connections of its own. The name is what is kept with a webhook, so give
     * the same one at each start, in each process.
     *
     * @throws IllegalArgumentException if the name is not 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     */
    public Builder tls(String identity, SSLContext context) {
      Settings.checkName("the name of a TLS identity", identity);
      settings.identities.put(identity, context);
      return this;
    }

    /**
     * Where endpoints may allow events later than in their answer, for contracts with a handshake
     * ({@link dev.posthorn.contract.VerificationRule#HANDSHAKE}): an https URL of the host's own,
     * whose requests, GET and POST, it hands to {@link WebhookRegistry#calledBack}. <code>{token}
     * </code> in its path or query stands for what tells the webhook and cannot be guessed, <code>
     * {tenant}</code> for its tenant. The default is none: endpoints allow at once or not at all.
     *
     * @throws IllegalArgumentException if it is no https URL with one <code>{token}</code>
     */
    public Builder permissionCallback(String urlTemplate) {
      Callbacks unused = Callbacks.by(urlTemplate, settings.random); // throws at once
      settings.permissionCallback = urlTemplate;
      return this;
    }

    /**
     * Dates attempts, checks, new webhooks and events that come without a time, ends overlaps of
     * keys, and is the time of the usual store; a store that is handed in has its own. The default
     * is the system's, in UTC.
     */
    public Builder clock(Clock clock) {
      settings.clock = clock;
      return this;
    }

    /**
     * Where keys, ids and jitter come from. Keys are only as good as it is. The default is {@link
     * SecureRandom}.
     */
    public Builder randomness(RandomGenerator random) {
      settings.random = random;
      return this;
    }

    /**
     * Runs exchanges, each of which blocks for as long as it lasts; never shut down by Posthorn.
     * One with fewer threads than {@link Limits#inFlight()} is the limit then. The default is
     * virtual threads from Java 24 on, otherwise a pool of daemon threads that grows as needed.
     */
    public Builder executor(Executor exchanges) {
      settings.exchanges = exchanges;
      return this;
    }

    /** Told about what becomes of deliveries and webhooks. The default is nobody. */
    public Builder listener(DeliveryListener listener) {
      settings.listener = listener;
      return this;
    }

    /** How much is done at a time. The default is {@link Limits#standard()}. */
    public Builder limits(Limits limits) {
      settings.limits = limits;
      return this;
    }

    /**
     * Makes the instance, not started.
     *
     * @throws IllegalArgumentException if settings contradict each other; the message says which
     * @throws StoreException if the store cannot be read
     */
    public Posthorn build() {
      settings.check();
      return new Posthorn(settings);
    }
  }
}
