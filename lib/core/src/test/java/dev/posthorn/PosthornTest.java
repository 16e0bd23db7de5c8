package dev.posthorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.RetryScheduler;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.FlakyStore;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Logged;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Through the front door: real threads, hand-made time, a sender that sends nothing. */
@Timeout(60)
class PosthornTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final String HOST = "customer.example";

  private final HandTime time = new HandTime();
  private final FakeSender sender = new FakeSender();
  private final FlakyStore store = new FlakyStore(InMemoryStore.create(time));
  private final List<FakeSender.Gate> gates = new ArrayList<>();
  private final List<Posthorn> open = new ArrayList<>();

  @BeforeEach
  void forgetLog() {
    Logged.clear();
  }

  @AfterEach
  void close() {
    gates.forEach(FakeSender.Gate::open);
    store.work();
    open.forEach(Posthorn::close);
  }

  private Posthorn.Builder builder() {
    return Posthorn.builder()
        .contract(Samples.OPEN)
        .store(store)
        .sender(sender)
        .clock(time)
        .scheduler(time)
        .limits(Limits.standard().closeWithin(Duration.ofMillis(400)));
  }

  private Posthorn start(Posthorn.Builder builder) {
    Posthorn posthorn = builder.build().start();
    open.add(posthorn);
    time.onStep(() -> posthorn.settle(Duration.ofSeconds(5)));
    return posthorn;
  }

  private static WebhookId register(Posthorn posthorn) {
    return posthorn.registry().register(WebhookSpec.to("https://" + HOST + "/").allEvents()).id();
  }

  private static DeliveryId publish(Posthorn posthorn, String id) {
    return posthorn.publisher().publish(Samples.event(id)).deliveries().get(0);
  }

  private static Delivery delivery(Posthorn posthorn, DeliveryId id) {
    return posthorn.deliveries().explain(id).delivery();
  }

  private FakeSender.Gate hang() {
    FakeSender.Gate gate = sender.hang(HOST);
    gates.add(gate);
    return gate;
  }

  private void awaitInFlight(int count) throws InterruptedException {
    assertTrue(sender.awaitInFlight(count, AMPLE), () -> "in flight: " + sender.inFlight());
  }

  @Test
  void whatIsPublishedAfterClosingIsRefusedSinceItWouldBeLost() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    posthorn.close();
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> publish(posthorn, "late"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith("has been closed: the events were not accepted"),
        refused::toString);
  }

  @Test
  void aPublishedEventIsDelivered() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    DeliveryId id = publish(posthorn, "e");
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(DeliveryState.DELIVERED, delivery(posthorn, id).state());
    assertTrue(posthorn.drain(AMPLE));
    assertTrue(posthorn.health().ok());
  }

  @Test
  void contradictionsAreRefusedWithTheirReason() {
    assertRefused(
        "the lease of PT3.999S is too short: an exchange may take PT3S, so it must be at least PT4S",
        builder().limits(Limits.standard().lease(Duration.ofMillis(3_999))));
    assertRefused(
        "proxy and tls belong to the usual sender, but another sender was given",
        builder().proxy(ProxySelector.getDefault()));
    assertRefused(
        "two contracts are named \"open\": give one of them another name",
        builder().contract(Samples.OPEN));
    for (String name : List.of("", "a b", "x".repeat(65), "name\n", "\u00e4")) {
      assertThrows(IllegalArgumentException.class, () -> Posthorn.builder().name(name));
    }
    assertEquals(
        "a name must be 1 to 64 of A-Z a-z 0-9 . _ - : \"a b\"",
        assertThrows(IllegalArgumentException.class, () -> Posthorn.builder().name("a b"))
            .getMessage());
    start(builder().limits(Limits.standard().lease(Duration.ofSeconds(4))));
  }

  private static void assertRefused(String message, Posthorn.Builder builder) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void exchangesAreLimitedInAllAndForEachWebhook() throws InterruptedException {
    Posthorn posthorn =
        start(
            builder()
                .limits(
                    Limits.standard()
                        .inFlight(3)
                        .inFlightPerWebhook(2)
                        .closeWithin(Duration.ofMillis(400))));
    WebhookId id = register(posthorn);
    publish(posthorn, "first");
    assertTrue(posthorn.settle(AMPLE));
    FakeSender.Gate gate = hang();
    for (int i = 0; i < 20; i++) {
      publish(posthorn, "e" + i);
    }
    awaitInFlight(2);
    gate.open();
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(2, sender.mostInFlight());
    assertEquals(21, sender.requests(HOST));
    assertNotNull(id);
  }

  @Test
  void anEventThatIsTooLargeIsRefused() {
    Posthorn posthorn = start(builder().limits(Limits.standard().eventBytes(1_024)));
    register(posthorn);
    String large = "\"" + "x".repeat(1_024) + "\"";
    assertThrows(
        InvalidEventException.class,
        () -> posthorn.publisher().publishJson("task.created", null, large));
  }

  @Test
  void theHostsSchedulerIsUsedAndNeverShutDown() {
    ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Posthorn posthorn = start(builder().scheduler(RetryScheduler.on(timers)).executor(one));
      register(posthorn);
      for (int i = 0; i < 50; i++) {
        publish(posthorn, "e" + i);
      }
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(50, sender.requests(HOST));
      assertEquals(1, sender.mostInFlight());
      posthorn.close();
      assertFalse(timers.isShutdown());
      assertFalse(one.isShutdown());
      assertEquals(0, sender.closed(), "nor is the host's sender closed");
    } finally {
      timers.shutdownNow();
      one.shutdownNow();
    }
  }

  @Test
  void anExecutorThatRejectsForAWhileDelaysDeliveries() {
    AtomicBoolean full = new AtomicBoolean(true);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Posthorn posthorn =
          builder()
              .executor(
                  task -> {
                    if (full.get()) {
                      throw new RejectedExecutionException("full");
                    }
                    threads.execute(task);
                  })
              .build()
              .start();
      open.add(posthorn);
      register(posthorn);
      publish(posthorn, "e");
      assertFalse(posthorn.settle(Duration.ofMillis(20)));
      full.set(false);
      time.advance(Duration.ofSeconds(1));
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(1, sender.requests(HOST));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aListenerThatThrowsDisturbsNothingAndIsLoggedOnce() {
    Posthorn posthorn =
        start(
            builder()
                .listener(
                    new DeliveryListener() {
                      @Override
                      public void attempted(Delivery delivery, Attempt attempt) {
                        throw new AssertionError("a listener's own fault");
                      }
                    }));
    register(posthorn);
    for (int i = 0; i < 10; i++) {
      publish(posthorn, "e" + i);
    }
    assertTrue(posthorn.drain(AMPLE));
    assertEquals(10, sender.requests(HOST));
    assertEquals(
        1, Logged.lines().stream().filter(line -> line.contains("LISTENER failed")).count());
  }

  @Test
  void aListenerThatBlocksDisturbsNothing() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Posthorn posthorn =
        start(
            builder()
                .listener(
                    new DeliveryListener() {
                      @Override
                      public void attempted(Delivery delivery, Attempt attempt) {
                        blocked.countDown();
                        try {
                          release.await();
                        } catch (InterruptedException interrupted) {
                          Thread.currentThread().interrupt();
                        }
                      }
                    }));
    register(posthorn);
    publish(posthorn, "first");
    blocked.await();
    CountDownLatch sent = new CountDownLatch(20);
    sender.always(
        HOST,
        request -> {
          sent.countDown();
          return FakeSender.status(200);
        });
    for (int i = 0; i < 20; i++) {
      publish(posthorn, "e" + i);
    }
    assertTrue(sent.await(20, TimeUnit.SECONDS));
    release.countDown();
    assertTrue(posthorn.settle(AMPLE));
  }

  @Test
  void aFullStoreRefusesAndAWebhookBeyondItsQuotaIsToldOf() {
    List<String> told = new CopyOnWriteArrayList<>();
    Posthorn posthorn =
        builder()
            .store(InMemoryStore.create(time).atMost(20))
            .listener(
                new DeliveryListener() {
                  @Override
                  public void discarded(Delivery delivery) {
                    told.add(delivery.state() + " " + delivery.ended());
                  }
                })
            .build();
    open.add(posthorn);
    register(posthorn);
    for (int i = 0; i < 3; i++) {
      publish(posthorn, "e" + i);
    }
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(List.of("DISCARDED " + EndReason.QUOTA), told);
    for (int i = 0; i < 9; i++) {
      register(posthorn);
    }
    posthorn.publisher().publish(Samples.event("many"));
    StoreFullException full =
        assertThrows(
            StoreFullException.class,
            () -> {
              for (int i = 0; i < 3; i++) {
                posthorn.publisher().publish(Samples.event("full" + i));
              }
            });
    assertTrue(String.valueOf(full.getMessage()).contains("in-memory store is full"));
  }

  @Test
  void aStoreThatFailsForAWhileShowsInHealthAndIsRecoveredFrom() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    DeliveryId before = publish(posthorn, "before");
    assertTrue(posthorn.settle(AMPLE));
    store.fail();
    assertThrows(StoreException.class, () -> publish(posthorn, "e"));
    Health bad = posthorn.health();
    assertFalse(bad.ok());
    assertEquals(
        "reading the state: java.lang.IllegalStateException: the database is down",
        bad.lastStoreError());
    store.work();
    assertNotNull(posthorn.health().lastStoreError());
    DeliveryId again = publish(posthorn, "e");
    assertTrue(posthorn.settle(AMPLE));
    assertNull(posthorn.health().lastStoreError());
    assertTrue(posthorn.health().ok());
    assertEquals(DeliveryState.DELIVERED, delivery(posthorn, again).state());
    assertEquals(DeliveryState.DELIVERED, delivery(posthorn, before).state());
  }

  @Test
  void stoppedItStoresAndStartedAgainItSendsAndRetries() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    posthorn.stop();
    posthorn.stop();
    DeliveryId id = publish(posthorn, "e");
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(0, sender.requests(HOST));
    sender.next(HOST, FakeSender.status(500), FakeSender.status(500));
    posthorn.start();
    time.advance(Duration.ofMinutes(2));
    assertEquals(DeliveryState.DELIVERED, delivery(posthorn, id).state());
    assertEquals(3, delivery(posthorn, id).attempts());
  }

  @Test
  void closingFirstSendsWhatIsDueAndIsIdempotent() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    for (int i = 0; i < 100; i++) {
      publish(posthorn, "e" + i);
    }
    posthorn.close();
    posthorn.close();
    assertEquals(100, sender.requests(HOST));
    assertEquals(
        "this instance has been closed: build a new one",
        assertThrows(IllegalStateException.class, posthorn::start).getMessage());
  }

  @Test
  void closingEndsInTimeAndGivesBackWhatHangsOrWaits() throws InterruptedException {
    Posthorn posthorn = start(builder());
    register(posthorn);
    hang();
    List<DeliveryId> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add(publish(posthorn, "e" + i));
    }
    awaitInFlight(4);
    long start = System.nanoTime();
    posthorn.close();
    assertTrue(System.nanoTime() - start < AMPLE.toNanos());
    for (DeliveryId id : ids) {
      assertEquals(0, delivery(posthorn, id).attempts(), "what was cut off is no failure");
      assertEquals(DeliveryState.PENDING, delivery(posthorn, id).state());
    }
    assertTrue(
        Logged.lines().stream()
            .anyMatch(line -> line.startsWith("WARN closed; deliveries that were not sent: 40.")));
  }

  @Test
  void closingASenderAndThreadsOfTheHostThatHangEndsInTimeAll() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Posthorn posthorn = start(builder().executor(threads));
      register(posthorn);
      FakeSender.Gate gate = hang();
      DeliveryId id = publish(posthorn, "e");
      awaitInFlight(1);
      posthorn.close();
      assertFalse(threads.isShutdown());
      assertEquals(DeliveryState.PENDING, delivery(posthorn, id).state());
      gate.open();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aStoreThatFailsDoesNotKeepItFromClosing() {
    Posthorn posthorn = start(builder());
    register(posthorn);
    assertTrue(posthorn.settle(AMPLE));
    store.fail();
    posthorn.close();
    assertTrue(Logged.lines().stream().anyMatch(line -> line.contains("does not tell")));
  }

  @Test
  void twoInstancesNeverMeet() {
    FakeSender otherSender = new FakeSender();
    Posthorn one = start(builder().name("one"));
    Posthorn two =
        start(builder().name("two").sender(otherSender).store(InMemoryStore.create(time)));
    register(one);
    WebhookId there = register(two);
    publish(one, "e");
    assertTrue(one.settle(AMPLE));
    assertEquals(0, otherSender.requests().size());
    assertTrue(one.registry().find(there).isEmpty());
    one.close();
    publish(two, "e");
    assertTrue(two.settle(AMPLE));
    assertEquals(1, otherSender.requests().size());
    assertEquals(1, sender.requests().size());
  }

  @Test
  void aContractThatOneOfTwoInstancesDoesNotKnowShowsInItsHealth() {
    Posthorn knows = start(builder());
    WebhookId id = register(knows);
    Posthorn stranger =
        Posthorn.builder()
            .contract(Samples.OPEN.named("other"))
            .store(store)
            .sender(sender)
            .clock(time)
            .scheduler(time)
            .build();
    open.add(stranger);
    assertEquals(List.of(id), stranger.health().unknownContracts());
    assertFalse(stranger.health().ok());
    assertEquals(List.of(), knows.health().unknownContracts());
  }

  @Test
  void goneDisablesAndTheOwnerMayResumeWhatWasKept() {
    Posthorn posthorn = start(builder().contract(gone()));
    WebhookId id = registerGone(posthorn);
    sender.next(HOST, FakeSender.status(410));
    List<DeliveryId> ids = publishHeld(posthorn);
    assertEquals(
        "the endpoint answered 410 Gone", posthorn.registry().find(id).orElseThrow().disabled());
    posthorn.registry().enable(id, Backlog.resume());
    time.advance(Duration.ofSeconds(30));
    ids.forEach(each -> assertEquals(DeliveryState.DELIVERED, delivery(posthorn, each).state()));
  }

  @Test
  void goneDisablesAndTheOwnerMayDiscardWhatWasKept() {
    Posthorn posthorn = start(builder().contract(gone()));
    WebhookId id = registerGone(posthorn);
    sender.next(HOST, FakeSender.status(410));
    List<DeliveryId> ids = publishHeld(posthorn);
    posthorn.registry().enable(id, Backlog.discard());
    time.advance(Duration.ofMinutes(1));
    assertEquals(1, sender.requests(HOST));
    for (DeliveryId each : ids) {
      assertEquals(EndReason.DISCARDED_BY_OWNER, delivery(posthorn, each).ended());
    }
    DeliveryId later = publish(posthorn, "later");
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(DeliveryState.DELIVERED, delivery(posthorn, later).state());
  }

  private static DeliveryContract gone() {
    return Samples.OPEN.named("gone").disable(DisableRule.ON_GONE);
  }

  private static WebhookId registerGone(Posthorn posthorn) {
    return posthorn
        .registry()
        .register(WebhookSpec.to("https://" + HOST + "/").contract("gone").allEvents())
        .id();
  }

  private List<DeliveryId> publishHeld(Posthorn posthorn) {
    List<DeliveryId> ids = new ArrayList<>();
    ids.add(publish(posthorn, "first"));
    assertTrue(posthorn.settle(AMPLE));
    for (int i = 0; i < 5; i++) {
      ids.add(publish(posthorn, "e" + i));
    }
    assertTrue(posthorn.settle(AMPLE));
    ids.forEach(id -> assertEquals(DeliveryState.HELD, delivery(posthorn, id).state()));
    return ids;
  }

  @Test
  void noKeyIsEverLogged() {
    Posthorn posthorn = start(builder());
    String key =
        posthorn
            .registry()
            .register(WebhookSpec.to("https://" + HOST + "/").allEvents())
            .secret()
            .orElseThrow()
            .reveal();
    sender.next(
        HOST,
        request -> {
          throw new IllegalStateException("cannot send " + request.headers());
        });
    publish(posthorn, "e");
    assertTrue(posthorn.settle(AMPLE));
    posthorn.close();
    assertTrue(sender.requests().stream().anyMatch(r -> r.headers().containsValue(key)));
    assertTrue(Logged.lines().stream().noneMatch(line -> line.contains(key)));
    assertFalse(Logged.lines().isEmpty());
  }

  @Test
  void aKeyIsHandedOutAlsoWhenTheWebhookCannotBeReadBack() {
    Posthorn posthorn = start(builder());
    store.fail("changedSince", () -> new IllegalStateException("the database is down"));
    Registration hook =
        posthorn.registry().register(WebhookSpec.to("https://" + HOST + "/").allEvents());
    assertTrue(hook.secret().isPresent(), "the only chance to learn the key");
    assertEquals(Published.Status.UNWANTED, publisherStatus(posthorn, "evt_1"));

    store.work();
    time.advance(Duration.ofMinutes(1));
    assertEquals(Published.Status.ACCEPTED, publisherStatus(posthorn, "evt_2"));
  }

  private static Published.Status publisherStatus(Posthorn posthorn, String id) {
    return posthorn.publisher().publish(Samples.event(id)).status();
  }
}
