package dev.posthorn.benchmarks;

import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What claiming, recording and reading the log cost on PostgreSQL that writes through to the disk,
 * with a small and a large backlog, half of it in one lane that is gated. Both in one run, after a
 * small one that warms up; the ratio counts.
 *
 * <p>Arguments: small backlog, large backlog, other lanes, rounds of 200 claims.
 */
public final class PostgresClaims {
  private static final Duration LEASE = Duration.ofMinutes(10);

  private final DeliveryStore store;
  private final JdbcStore storage;
  private final int lanes;
  private int events;

  private PostgresClaims(JdbcStore storage, int lanes) {
    this.storage = storage;
    this.store = storage.deliveries();
    this.lanes = lanes;
  }

  /** Prints the median times, and their ratio. */
  public static void main(String[] args) throws Exception {
    int small = arg(args, 0, 10_000);
    int large = arg(args, 1, 1_000_000);
    int lanes = arg(args, 2, 1_000);
    int rounds = arg(args, 3, 15);
    try (Database database = Database.start("claims", 4)) {
      run(database, "warm_", small, lanes, rounds);
      double first = run(database, "small_", small, lanes, rounds);
      double second = run(database, "large_", large, lanes, rounds);
      System.out.printf("ratio %.2f%n", second / first);
    }
  }

  private static double run(Database database, String prefix, int backlog, int lanes, int rounds)
      throws Exception {
    JdbcStore storage = JdbcStore.on(database.pool()).tablePrefix(prefix).createTables();
    PostgresClaims claims = new PostgresClaims(storage, lanes);
    claims.register();
    long start = System.nanoTime();
    claims.fill(backlog);
    double seconds = (System.nanoTime() - start) / 1e9;
    database.execute("vacuum analyze");
    claims.hear();
    double[] claim = new double[rounds];
    double[] record = new double[rounds];
    for (int round = -5; round < rounds; round++) {
      long t0 = System.nanoTime();
      List<Claim> granted = claims.claim();
      long t1 = System.nanoTime();
      claims.record(granted);
      long t2 = System.nanoTime();
      if (round >= 0) {
        claim[round] = (t1 - t0) / 1e3 / granted.size();
        record[round] = (t2 - t1) / 1e3 / granted.size();
      }
    }
    double both = median(claim) + median(record);
    System.out.printf(
        "backlog %,d in %,d lanes: added %,.0f/s; per delivery: claim %.1f us, record %.1f us%n",
        backlog, lanes + 1, backlog / seconds, median(claim), median(record));
    System.out.println(new PostgresLog(storage.history(), id(0)).times());
    return both;
  }

  private void register() {
    for (int lane = 0; lane <= lanes; lane++) {
      storage.webhooks().insert(webhook(lane));
    }
    store.record(
        List.of(),
        List.of(
            new LaneChange.Gate(id(0), LaneState.FAILING, Duration.ofDays(1), "it fails", null)));
  }

  private void fill(int backlog) {
    List<NewEvent> batch = new ArrayList<>();
    for (int i = 0; i < backlog; i++) {
      batch.add(event(i % 2 == 0 ? id(0) : id(1 + i / 2 % lanes)));
      if (batch.size() == 500) {
        store.add(batch, LEASE);
        batch.clear();
      }
    }
    store.add(batch, LEASE);
  }

  /** What was added while nobody claimed was announced, and is heard by the first claims. */
  private void hear() {
    ClaimRequest nothing = new ClaimRequest("bench", 1, 0, Map.of(), LEASE);
    while (store.claim(nothing).more().isZero()) {
      // some more are heard
    }
  }

  private List<Claim> claim() {
    List<Claim> claims = store.claim(new ClaimRequest("bench", 200, 16, Map.of(), LEASE)).claims();
    if (claims.size() != 200) {
      throw new IllegalStateException("claimed " + claims.size());
    }
    return claims;
  }

  private void record(List<Claim> claims) {
    Instant now = Instant.now();
    List<Finished> finished = new ArrayList<>();
    for (Claim claim : claims) {
      Attempt attempt =
          new Attempt(1, 1, now, Duration.ofMillis(3), new Outcome.Accepted(204), "", false);
      finished.add(new Finished(claim.id(), claim.fence(), attempt, new Next.Delivered()));
    }
    if (!store.record(finished, List.of()).isEmpty()) {
      throw new IllegalStateException("a result was refused");
    }
  }

  private NewEvent event(WebhookId to) {
    String id = "e" + events++;
    CanonicalEvent content = CanonicalEvent.of(Events.event(events), Instant.now(), 1 << 20);
    NewDelivery delivery = new NewDelivery(DeliveryId.of("d" + id), to, Duration.ofDays(1), false);
    return new NewEvent(
        new EventKey(Tenant.DEFAULT, "/bench", id), "task.created", content, List.of(delivery));
  }

  private static WebhookId id(int lane) {
    return WebhookId.of("w" + lane);
  }

  private static StoredWebhook webhook(int lane) {
    Webhook webhook =
        new Webhook(
            id(lane),
            Tenant.DEFAULT,
            "https://customer.example/" + lane,
            "onehorizon",
            Set.of(new EventPattern("*")),
            "",
            Map.of(),
            null,
            null,
            null,
            Instant.now());
    return new StoredWebhook(webhook, List.of(), null, null, 1);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static int arg(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
