package dev.posthorn.dispatch;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.DeliveryHistory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is done now and then: ending deliveries that have become too old wherever they wait, and, on
 * a store that others write too, looking for what they wrote. Thread-safe.
 */
final class Upkeep {
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int BATCH = 500;

  private final DeliveryHistory history;
  private final Directory directory;
  private final Lanes lanes;
  private final Claimer claimer;
  private final Notifier notifier;
  private final Household house;
  private final Optional<Duration> pollInterval;
  private final Alarm sweep;
  private final Alarm poll;

  Upkeep(
      DeliveryHistory history,
      Directory directory,
      Lanes lanes,
      Claimer claimer,
      Notifier notifier,
      Household house,
      Optional<Duration> pollInterval) {
    this.history = history;
    this.directory = directory;
    this.lanes = lanes;
    this.claimer = claimer;
    this.notifier = notifier;
    this.house = house;
    this.pollInterval = pollInterval;
    this.sweep = house.alarm(() -> house.chore("expiring deliveries", this::sweep));
    this.poll = house.alarm(() -> house.chore("looking for changes", this::poll));
  }

  void turnOn() {
    sweep.turnOn();
    poll.turnOn();
    sweep.within(EVERY);
    pollInterval.ifPresent(poll::within);
  }

  void turnOff() {
    sweep.turnOff();
    poll.turnOff();
  }

  private void sweep() {
    sweep.within(EVERY);
    try {
      List<Delivery> expired;
      do {
        expired = history.expire(BATCH);
        expired.forEach(delivery -> notifier.tell(listener -> listener.exhausted(delivery)));
      } while (expired.size() == BATCH);
      directory.refresh();
    } catch (Throwable failure) { // whatever the store throws, the loop goes on
      house.troubles().note(Troubles.Kind.STORE, "expiring deliveries", failure);
    }
    lanes.reconsider();
    claimer.lookSoon();
  }

  private void poll() {
    pollInterval.ifPresent(poll::within);
    try {
      directory.refresh();
    } catch (Throwable failure) { // whatever the store throws, the loop goes on
      house.troubles().note(Troubles.Kind.STORE, "reading webhooks", failure);
    }
    claimer.lookSoon();
  }
}
