package dev.posthorn.dispatch;

import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Fetches due deliveries: never more than can be sent now, one look at a time, and only when
 * something may be due. Thread-safe.
 */
final class Claimer {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration CONTESTED = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final DeliveryStore store;
  private final Lanes lanes;
  private final Duration lease;
  private final Household house;
  private final Alarm alarm;
  private final Consumer<List<Job>> giveBack;
  private final Runnable pump;
  private final AtomicBoolean hungry = new AtomicBoolean();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile boolean on;
  private volatile Duration more = Duration.ZERO;
  private int failures; // only who is looking

  /**
   * A claimer that is off.
   *
   * @param giveBack takes jobs that cannot be sent now
   * @param pump called when there is something new to send
   */
  Claimer(
      DeliveryStore store,
      Lanes lanes,
      Duration lease,
      Household house,
      Consumer<List<Job>> giveBack,
      Runnable pump) {
    this.store = store;
    this.lanes = lanes;
    this.lease = lease;
    this.house = house;
    this.giveBack = giveBack;
    this.pump = pump;
    this.alarm = house.alarm(this::lookSoon);
  }

  void turnOn() {
    on = true;
    alarm.turnOn();
    lookSoon();
  }

  void turnOff() {
    on = false;
    alarm.turnOff();
  }

  /** Something may be due: looks soon, or as soon as there is room. */
  void lookSoon() {
    hungry.set(true);
    start();
  }

  /** Something is due after a while. */
  void lookWithin(Duration delay) {
    if (delay.isZero()) {
      lookSoon();
    } else {
      alarm.within(delay);
    }
  }

  /** There is room again: looks if something may be due. */
  void lookIfHungry() {
    if (hungry.get()) {
      start();
    }
  }

  /** True if nothing is known to be due now for which there would be room. */
  boolean satisfied() {
    return !on || (!hungry.get() && !more.isZero());
  }

  /** True if the last look found that nothing waits at all. */
  boolean nothingLeft() {
    return !hungry.get() && more.equals(Claims.NEVER);
  }

  private void start() {
    if (on && looking.compareAndSet(false, true) && !house.chore("claiming", this::look)) {
      looking.set(false);
      alarm.within(FIRST_PAUSE);
    }
  }

  private void look() {
    boolean storeFailed = false;
    try {
      while (on && !storeFailed && hungry.get() && canTake(lanes.room())) {
        hungry.set(false);
        storeFailed = !claim(lanes.room());
      }
    } finally {
      looking.set(false);
      // Whoever became hungry or made room while this thread was leaving could not start.
      if (!storeFailed && hungry.get() && canTake(lanes.room())) {
        start();
      }
    }
  }

  private static boolean canTake(Lanes.Room room) {
    return room.max() > 0
        && (room.perLane() > 0 || room.lanes().values().stream().anyMatch(n -> n > 0));
  }

  /** One claim; false if the store failed. */
  private boolean claim(Lanes.Room room) {
    long epoch = lanes.epoch();
    long leaseEnds = house.host().ticks().getAsLong() + lease.toNanos();
    try {
      ClaimRequest request =
          new ClaimRequest(house.host().name(), room.max(), room.perLane(), room.lanes(), lease);
      Claims claims = store.claim(request);
      failures = 0;
      house.troubles().storeWorks();
      more = claims.more();
      accept(claims, room, epoch, leaseEnds);
      return true;
    } catch (Throwable failure) { // whatever the store throws, the loop goes on
      pause(failure);
      return false;
    }
  }

  private void accept(Claims claims, Lanes.Room room, long epoch, long leaseEnds) {
    List<Job> jobs = new ArrayList<>(claims.claims().size());
    for (Claim claim : claims.claims()) {
      jobs.add(new Job(claim, leaseEnds, epoch));
    }
    Lanes.Offered offered = lanes.offer(jobs, room, jobs.size() >= room.max());
    if (offered.again()) {
      hungry.set(true);
    }
    if (!offered.refused().isEmpty()) {
      giveBack.accept(offered.refused());
    }
    if (claims.more().isZero() && jobs.isEmpty()) {
      alarm.within(CONTESTED); // somebody else is claiming just what we saw
    } else if (claims.more().isZero()) {
      hungry.set(true);
    } else if (claims.more().compareTo(Claims.NEVER) < 0) {
      alarm.within(claims.more());
    }
    if (!jobs.isEmpty()) {
      pump.run();
    }
  }

  private void pause(Throwable failure) {
    house.troubles().note(Troubles.Kind.STORE, "claiming", failure);
    hungry.set(true);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, 10));
    alarm.within(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }
}
