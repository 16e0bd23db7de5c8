package dev.posthorn.dispatch;

import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.exchange.Exchanger;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Added;
import dev.posthorn.store.Storage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes deliveries from acceptance to their end. Made once per instance; thread-safe. It is off at
 * first: it accepts events then, and sends nothing.
 */
public final class Engine {
  private final Household house;
  private final Lanes lanes;
  private final Recorder recorder;
  private final Notifier notifier;
  private final Courier courier;
  private final Claimer claimer;
  private final Intake intake;
  private final Upkeep upkeep;
  private volatile boolean refusing;

  /**
   * Builds the parts and draws the lines between them.
   *
   * @param lease how long claims last
   * @param listener told about what happens; null for nobody
   */
  public Engine(
      Host host,
      Storage storage,
      Directory directory,
      Exchanger exchanger,
      Limits limits,
      Duration lease,
      @Nullable DeliveryListener listener) {
    house = Household.of(host);
    lanes = new Lanes(limits, host.ticks(), directory::concurrency);
    recorder = new Recorder(storage.deliveries(), house);
    notifier = new Notifier(listener, house);
    Judge judge = new Judge(limits.retryAfter(), host.random(), house.troubles());
    Breakers breakers = new Breakers(host.clock());
    Aftermath aftermath =
        new Aftermath(
            judge, breakers, lanes, recorder, notifier, host, this::dueWithin, this::roomAgain);
    courier = new Courier(lanes, directory, exchanger, aftermath, house);
    claimer =
        new Claimer(storage.deliveries(), lanes, lease, house, aftermath::giveBack, courier::pump);
    intake =
        new Intake(
            storage.deliveries(), lanes, lease, house, notifier, aftermath, claimer, courier);
    upkeep =
        new Upkeep(
            storage.history(), directory, lanes, claimer, notifier, house, storage.pollInterval());
  }

  /** Begins to send. Idempotent. */
  public void turnOn() {
    courier.turnOn();
    intake.sending(true);
    claimer.turnOn();
    upkeep.turnOn();
  }

  /** Claims no more and gives back what waits; what is in flight goes on. Idempotent. */
  public void turnOff() {
    intake.sending(false);
    claimer.turnOff();
    upkeep.turnOff();
    courier.turnOff();
  }

  /**
   * Stores events, and sends those at once for which there is room; typed exception if it fails.
   */
  public List<Added> accept(List<Draft> drafts) {
    if (refusing) {
      throw new IllegalStateException(
          "Posthorn \"" + host().name() + "\" has been closed: the events were not accepted");
    }
    return intake.accept(drafts);
  }

  /** Stores events in a transaction of the host; typed exception if it fails. */
  public List<Added> accept(List<Draft> drafts, Transaction transaction) {
    return intake.accept(drafts, transaction);
  }

  /** Accepts nothing any more: what would be stored now would be lost with the process. */
  public void refuseEvents() {
    refusing = true;
  }

  /** Something may be due. */
  public void wake() {
    claimer.lookSoon();
  }

  /** Waits until nothing is in flight and nothing is due; false if that did not happen in time. */
  public boolean settle(Duration atMost) {
    claimer.lookSoon();
    return house.activity().await(this::settled, nanos(atMost));
  }

  /** Waits until nothing is pending but what is held; false if that did not happen in time. */
  public boolean drain(Duration atMost) {
    long limit = host().ticks().getAsLong() + nanos(atMost);
    while (true) {
      boolean quiet = settle(left(limit));
      // Only a look that begins when nothing is in flight tells whether anything is left.
      if (!quiet || !settle(left(limit))) {
        return false;
      }
      if (claimer.nothingLeft()) {
        return true;
      }
      long seen = house.activity().ended();
      if (!house.activity().await(() -> house.activity().ended() != seen, left(limit).toNanos())) {
        return false;
      }
    }
  }

  /** Waits for what is in flight after {@link #turnOff}; false if it did not end in time. */
  public boolean landed(Duration atMost) {
    recorder.flush();
    return house.activity().await(() -> lanes.isEmpty() && recorder.isEmpty(), nanos(atMost));
  }

  /** The sender is about to be closed: what it cuts off is given back. */
  public void cancelling() {
    courier.cancelling();
  }

  /** Sets no alarms any more. */
  public void close() {
    recorder.turnOff();
  }

  /** How many exchanges are under way. */
  public int inFlight() {
    return lanes.inFlight();
  }

  /** How many results came too late, since another process had taken the delivery over. */
  public long lateResults() {
    return recorder.refused();
  }

  /** What the store last threw; null if it has worked since. */
  public @Nullable String lastStoreError() {
    return house.troubles().lastStoreError();
  }

  private boolean settled() {
    return lanes.isEmpty() && recorder.isEmpty() && claimer.satisfied();
  }

  private void dueWithin(Duration delay) {
    claimer.lookWithin(delay);
  }

  private void roomAgain(boolean laneHasMore) {
    if (laneHasMore) {
      claimer.lookSoon();
    } else if (lanes.halfEmpty()) {
      claimer.lookIfHungry();
    }
  }

  private Host host() {
    return house.host();
  }

  private Duration left(long limit) {
    return Duration.ofNanos(Math.max(0, limit - host().ticks().getAsLong()));
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toNanos()
        : duration.toNanos();
  }
}
