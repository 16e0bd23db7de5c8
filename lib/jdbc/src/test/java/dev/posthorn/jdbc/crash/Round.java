package dev.posthorn.jdbc.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One round: events are published, something is done at a random moment, and all is looked at. */
final class Round<C extends Cluster> {
  private static final Duration AMPLE = Duration.ofSeconds(60);
  private static final int PHASE_NANOS = 20_000_000;

  private final Mode<C> mode;
  private final C cluster;
  private final Random random;
  private final String prefix;
  private final int victim;
  private final Set<String> committing = new TreeSet<>();
  private final Set<String> never = new TreeSet<>();
  private final Set<String> ofSurvivor = new TreeSet<>();
  private final List<Order> ofVictim = new ArrayList<>();
  private long struck;
  private long recoversFrom;
  private Set<String> before = Set.of();
  private boolean victimIsLate;
  private int unfinished;
  private int late;
  private int heldUp;

  Round(Mode<C> mode, C cluster, Random random, String prefix) {
    this.mode = mode;
    this.cluster = cluster;
    this.random = random;
    this.prefix = prefix;
    this.victim = random.nextInt(cluster.size());
  }

  /**
   * What came of it.
   *
   * @param recoveryMillis from the fault until all that was acknowledged before had been received;
   *     from the start of what replaces it, if nobody could go on without
   */
  record Result(int acknowledged, int duplicates, int late, long recoveryMillis) {}

  int victim() {
    return victim;
  }

  /** How many deliveries were under way when it happened, at most; each time that it happened. */
  void unfinished(int deliveries) {
    unfinished += deliveries;
  }

  boolean tosses() {
    return random.nextBoolean();
  }

  /** Waits for a random time. */
  void linger(Duration atMost) {
    LockSupport.parkNanos(random.nextLong(atMost.toNanos()));
  }

  /** Whoever has taken the victim's place gets those of its orders that it has not finished. */
  void orderAgain() {
    cluster
        .node(victim)
        .order(
            ofVictim.stream()
                .filter(order -> cluster.book.done(order.ids()) < order.ids().size())
                .toList());
  }

  /** Looks for everything that has been acknowledged, and for nothing that was not committed. */
  void expectStored(Rows rows) {
    Set<String> stored = new TreeSet<>(rows.stored(prefix));
    Set<String> missing = new TreeSet<>(cluster.book.acknowledged(committing));
    missing.removeAll(stored);
    expectNone("acknowledged, but not stored", missing, rows);
    stored.retainAll(never);
    expectNone("stored, but not committed", stored, rows);
  }

  /** What is missing is there again: from now on it can recover. */
  void recovers() {
    recoversFrom = System.nanoTime();
  }

  /** Kills it, once it has said how often it was held up until now. */
  void killVictim() {
    NodeProcess node = cluster.node(victim);
    heldUp += node.newlyLate();
    node.kill();
  }

  /** It is alive, and what it had under way when it was stopped comes too late. */
  void victimIsLate() {
    victimIsLate = true;
  }

  /** Waits until nothing needs the node that is stopped any more, and its leases are over. */
  void awaitTakenOver() {
    long leaseEnds = struck + Agreement.LEASE.plusMillis(500).toNanos();
    await("the other node takes over", () -> cluster.receiver.hasAll(before), before);
    Patience.until(AMPLE, () -> System.nanoTime() - leaseEnds > 0);
  }

  Result run(int events) {
    cluster.complete();
    publish(events);
    int done = random.nextInt(committing.size());
    Set<String> all = union(committing, never);
    cluster.book.awaitDone(all, done, AMPLE);
    LockSupport.parkNanos(random.nextInt(PHASE_NANOS));
    before = cluster.book.acknowledged(committing);
    struck = System.nanoTime();
    recoversFrom = struck;
    mode.strike(cluster, this);
    Set<String> finished = mode.leavesOrders() ? ofSurvivor : all;
    await("all is published", () -> cluster.book.done(finished) == finished.size(), finished);
    return settled();
  }

  private void publish(int events) {
    for (int node = 0; node < cluster.size(); node++) {
      List<Order> orders =
          mode.orders(random, prefix + "-" + node, events / cluster.size(), node == victim);
      for (Order order : orders) {
        (order.kind().commits() ? committing : never).addAll(order.ids());
        if (node == victim) {
          ofVictim.add(order);
        } else {
          ofSurvivor.addAll(order.ids());
        }
      }
      cluster.node(node).order(orders);
    }
  }

  private Result settled() {
    await("nothing is pending", cluster::nothingPending, committing);
    countLate();
    Rows rows = cluster.rows();
    expectStored(rows);
    Set<String> acknowledged = cluster.book.acknowledged(committing);
    Set<String> lost = new TreeSet<>(acknowledged);
    lost.addAll(rows.stored(prefix));
    lost.removeAll(cluster.receiver.ids());
    expectNone("lost", lost, rows);
    Set<String> phantoms = new TreeSet<>(cluster.receiver.ids());
    phantoms.retainAll(never);
    expectNone("phantom", phantoms, rows);
    List<String> wrong = rows.wrong(prefix);
    if (!wrong.isEmpty()) {
      throw new AssertionError(prefix + ": wrong rows:\n" + String.join("\n", wrong));
    }
    int duplicates = cluster.receiver.duplicates(committing);
    expectExplained(duplicates, rows);
    return new Result(acknowledged.size(), duplicates, late, recovery(rows));
  }

  private void countLate() {
    for (int i = 0; i < cluster.size(); i++) {
      NodeProcess node = cluster.node(i);
      int results = node.isAlive() ? node.newlyLate() : 0;
      if (i == victim && victimIsLate) {
        late += results;
      } else {
        heldUp += results;
      }
    }
    if (heldUp > 0) {
      System.out.println("crash: results that came late in " + prefix + ": " + heldUp);
    }
  }

  /**
   * An event comes again if its delivery was under way, if an answer to it was not heard, or if the
   * machine was so busy that a lease ended before the result was written.
   */
  private void expectExplained(int duplicates, Rows rows) {
    List<String> unanswered = rows.unanswered(prefix);
    int unexplained = 0;
    for (String id : cluster.receiver.repeated(committing)) {
      int again = cluster.receiver.times(id) - 1;
      unexplained += Math.max(0, again - Collections.frequency(unanswered, id));
    }
    if (unexplained > unfinished + heldUp) {
      throw new AssertionError(
          "%s: %d duplicates, %d after an answer that was heard, but under way were %d, and late %d%s"
              .formatted(
                  prefix,
                  duplicates,
                  unexplained,
                  unfinished,
                  heldUp,
                  rows.about(cluster.receiver.repeated(committing))));
    }
    if (unexplained < duplicates) {
      System.out.println(
          "crash: answers not heard in %s: %d".formatted(prefix, duplicates - unexplained));
    }
  }

  private long recovery(Rows rows) {
    long last = recoversFrom;
    String slowest = "";
    for (String id : before) {
      long first = cluster.receiver.first(id);
      if (first - last > 0) {
        last = first;
        slowest = id;
      }
    }
    Duration recovery = Duration.ofNanos(last - recoversFrom);
    if (recovery.compareTo(Agreement.LEASE.plusSeconds(2)) > 0) {
      System.out.println("crash: slow recovery in " + prefix + rows.about(List.of(slowest)));
    }
    return recovery.toMillis();
  }

  private void await(String what, BooleanSupplier condition, Collection<String> unclear) {
    if (!Patience.until(AMPLE, condition)) {
      List<String> some = unclear.stream().filter(id -> cluster.receiver.times(id) == 0).toList();
      throw new AssertionError(
          prefix
              + ": it does not happen that "
              + what
              + cluster.rows().about(some)
              + "\n"
              + cluster.activity());
    }
  }

  private void expectNone(String what, Set<String> ids, Rows rows) {
    if (!ids.isEmpty()) {
      throw new AssertionError(prefix + ": " + ids.size() + " " + what + rows.about(ids));
    }
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }
}
