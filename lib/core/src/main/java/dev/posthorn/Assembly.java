package dev.posthorn;

import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.RetryScheduler;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.dispatch.Engine;
import dev.posthorn.dispatch.Host;
import dev.posthorn.dispatch.StoredLog;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.exchange.ContractBook;
import dev.posthorn.exchange.Exchanger;
import dev.posthorn.exchange.Targets;
import dev.posthorn.exchange.Verifier;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.registry.Directory;
import dev.posthorn.registry.Drafts;
import dev.posthorn.registry.StoredAuthentications;
import dev.posthorn.registry.StoredRegistry;
import dev.posthorn.registry.TestEvents;
import dev.posthorn.store.Storage;
import dev.posthorn.webhook.WebhookRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an instance, put together. */
final class Assembly {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");

  final EventPublisher publisher;
  final WebhookRegistry registry;
  final DeliveryLog deliveries;
  final Engine engine;
  final Closing closing;
  final Checkup checkup;

  private final String summary;
  private final Storage storage;
  private final CountedRefusals sender;
  private final Directory directory;
  private final List<ExecutorService> ownThreads = new ArrayList<>();

  Assembly(Settings s) {
    ContractBook contracts = s.contractBook();
    Duration lease = s.lease(contracts.longestTimeout());
    LongSupplier ticks = System::nanoTime;
    storage = s.storage == null ? InMemoryStore.create(s.clock) : s.storage;
    @Nullable WebhookSender ownSender = s.sender == null ? s.usualSender() : null;
    sender = new CountedRefusals(ownSender == null ? Objects.requireNonNull(s.sender) : ownSender);
    @Nullable ExecutorService ownExchanges =
        s.exchanges == null ? own(Threads.exchanges(s.name, s.limits.inFlight())) : null;
    UniqueIds ids = new UniqueIds(s.clock, s.random);
    Targets targets = new Targets(contracts, sender.identities());
    directory = new Directory(storage.webhooks(), targets);
    Exchanger exchanger = new Exchanger(sender, s.clock);
    Host host =
        new Host(
            s.name + "-" + ids.instance(),
            s.clock,
            ticks,
            s.random,
            ids,
            s.scheduler == null ? RetryScheduler.on(own(Threads.timer(s.name))) : s.scheduler,
            ownExchanges == null ? Objects.requireNonNull(s.exchanges) : ownExchanges,
            own(Threads.chores(s.name)));
    engine = new Engine(host, storage, directory, exchanger, s.limits, lease, s.listener);
    registry = registry(s, targets, exchanger, ids);
    publisher = publisher(s, ids);
    deliveries = new StoredLog(storage, engine::wake);
    checkup = new Checkup(storage, directory, engine, sender);
    closing =
        new Closing(
            storage, engine, ticks, s.limits.closeWithin(), ownSender, ownExchanges, ownThreads);
    summary =
        "Posthorn \"%s\": contracts %s, store %s, %d in flight, %d per webhook, lease %s"
            .formatted(
                s.name,
                contracts.names(),
                storage.getClass().getSimpleName(),
                s.limits.inFlight(),
                s.limits.inFlightPerWebhook(),
                lease);
    readWebhooks();
  }

  void turnOn() {
    log.info("{}", summary);
    engine.turnOn();
  }

  private WebhookRegistry registry(
      Settings s, Targets targets, Exchanger exchanger, UniqueIds ids) {
    Clock clock = s.clock;
    URI source = s.sourceOrName();
    return new StoredRegistry(
        storage,
        directory,
        new StoredAuthentications(
            storage.authentications(), targets, clock, s.random, directory::changed),
        new Drafts(
            targets,
            storage.authentications(),
            s.policy,
            s.catalogue,
            clock,
            s.random,
            ids,
            s.limits.inFlightPerWebhook()),
        new Verifier(sender, clock),
        Callbacks.by(s.permissionCallback, s.random),
        new TestEvents(exchanger, storage.history(), clock, ids, source, s.limits.eventBytes()),
        engine::wake);
  }

  private EventPublisher publisher(Settings s, UniqueIds ids) {
    return new Publishing(
        engine,
        directory,
        s.clock,
        ids,
        s.sourceOrName(),
        new EventCheck(s.catalogue, s.limits.eventBytes(), new SizeWarning(s.clock)),
        Tenant.DEFAULT,
        s.joining);
  }

  private void readWebhooks() {
    try {
      directory.refresh();
    } catch (RuntimeException failure) {
      closing.release();
      throw new StoreException("the store failed while its webhooks were read", failure);
    }
  }

  private <E extends ExecutorService> E own(E executor) {
    ownThreads.add(executor);
    return executor;
  }
}
