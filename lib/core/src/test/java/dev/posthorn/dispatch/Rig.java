package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.ContractBook;
import dev.posthorn.exchange.Exchanger;
import dev.posthorn.exchange.Targets;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Added;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An engine on one thread: nothing happens but what a test does next. */
final class Rig implements DeliveryListener {
  final HandTime time = new HandTime().onStep(this::run);
  final HandExecutor exchanges = new HandExecutor();
  final HandExecutor chores = new HandExecutor();
  final FakeSender sender = new FakeSender();
  final FlakyStore store;
  final Directory directory;
  final Engine engine;
  final List<String> told = new ArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();

  Rig() {
    this(Samples.OPEN, Limits.standard(), Duration.ofSeconds(16));
  }

  Rig(DeliveryContract contract, Limits limits, Duration lease) {
    this(null, contract, limits, lease);
  }

  Rig(@Nullable FlakyStore shared, DeliveryContract contract, Limits limits, Duration lease) {
    store = shared == null ? new FlakyStore(InMemoryStore.create(time)) : shared;
    directory =
        new Directory(store.webhooks(), new Targets(new ContractBook(List.of(contract)), Set.of()));
    Host host =
        new Host(
            "rig",
            time,
            time.ticks(),
            new Random(1),
            () -> contract.name() + ids.incrementAndGet(),
            time,
            exchanges,
            chores);
    engine = new Engine(host, store, directory, new Exchanger(sender, time), limits, lease, this);
  }

  /** Adds a webhook at {@code https://ID.example/} for all events. */
  WebhookId webhook(String id) {
    StoredWebhook webhook = Samples.webhook(id, Tenant.DEFAULT, Samples.OPEN.name(), "*");
    assertTrue(store.webhooks().insert(webhook));
    directory.refresh();
    return WebhookId.of(id);
  }

  /** Publishes an event to all webhooks that want it. */
  List<DeliveryId> publish(String id) {
    Draft draft =
        new Draft(
            new EventKey(Tenant.DEFAULT, "/tests", id),
            "task.created",
            Samples.content(id),
            directory.matching(Tenant.DEFAULT, "task.created"));
    return engine.accept(List.of(draft)).get(0).born().stream().map(Added.Born::id).toList();
  }

  void publish(int count) {
    for (int i = 0; i < count; i++) {
      publish("e" + ids.incrementAndGet());
    }
  }

  /** Runs everything that can run now. */
  void run() {
    int steps = 0;
    while (chores.runNext() || exchanges.runNext()) {
      assertTrue(++steps < 100_000, "it spins");
    }
  }

  void advance(Duration by) {
    time.advance(by);
  }

  Delivery delivery(DeliveryId id) {
    return store.history().list(DeliveryQuery.of(Tenant.DEFAULT, id), Page.first(1)).items().get(0);
  }

  List<Attempt> attempts(DeliveryId id) {
    return store.history().attempts(id);
  }

  @Override
  public void attempted(Delivery delivery, Attempt attempt) {
    told.add("attempted " + attempt.number() + " " + delivery.state());
  }

  @Override
  public void exhausted(Delivery delivery) {
    told.add("exhausted " + delivery.ended());
  }

  @Override
  public void discarded(Delivery delivery) {
    told.add("discarded " + delivery.ended());
  }

  @Override
  public void disabling(WebhookId webhook, String why) {
    told.add("disabling " + webhook);
  }

  @Override
  public void disabled(WebhookId webhook, String why) {
    boolean done =
        !store.webhooks().find(Tenant.DEFAULT, webhook).orElseThrow().webhook().enabled();
    told.add("disabled " + webhook + " " + done);
  }
}
