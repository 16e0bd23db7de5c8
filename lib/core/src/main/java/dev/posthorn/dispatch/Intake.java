package dev.posthorn.dispatch;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.event.PosthornException;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Added;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.webhook.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Accepts events. Where a lane has room, the delivery is born claimed and goes straight to it;
 * everything else is only stored, and any process takes it. Thread-safe.
 */
final class Intake {
  private static final Duration USUAL_MAX_AGE = Duration.ofDays(1);

  private final DeliveryStore store;
  private final Lanes lanes;
  private final Duration lease;
  private final Household house;
  private final Notifier notifier;
  private final Aftermath aftermath;
  private final Claimer claimer;
  private final Courier courier;
  private volatile boolean sending;

  Intake(
      DeliveryStore store,
      Lanes lanes,
      Duration lease,
      Household house,
      Notifier notifier,
      Aftermath aftermath,
      Claimer claimer,
      Courier courier) {
    this.store = store;
    this.lanes = lanes;
    this.lease = lease;
    this.house = house;
    this.notifier = notifier;
    this.aftermath = aftermath;
    this.claimer = claimer;
    this.courier = courier;
  }

  /** Says whether what is accepted may be sent at once by this process. */
  void sending(boolean now) {
    sending = now;
  }

  /** Stores events, all or none; {@link dev.posthorn.event.PosthornException} if it cannot. */
  List<Added> accept(List<Draft> drafts) {
    house.activity().begin();
    try {
      return store(drafts);
    } finally {
      house.activity().end();
    }
  }

  /**
   * Stores events in a transaction of the host. Nothing is sent before it commits, so nothing is
   * born claimed; then this process looks for what it can send.
   */
  List<Added> accept(List<Draft> drafts, Transaction transaction) {
    Map<DeliveryId, Planned> planned = new HashMap<>();
    List<NewEvent> events = new ArrayList<>(drafts.size());
    for (Draft draft : drafts) {
      events.add(plan(draft, planned, false));
    }
    List<Added> added;
    try {
      added = store.add(events, transaction);
    } catch (PosthornException | IllegalArgumentException refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      throw new StoreException(
          "the store failed inside the transaction: roll it back and publish again", failure);
    }
    transaction.afterCommit(() -> committed(added, planned));
    return added;
  }

  private void committed(List<Added> added, Map<DeliveryId, Planned> planned) {
    claimer.lookSoon();
    for (Added each : added) {
      for (Added.Born born : each.born()) {
        Planned plan = planned.get(born.id());
        if (plan != null && born.fate() == Added.Fate.DISCARDED) {
          notifier.tell(listener -> listener.discarded(discarded(plan)));
        }
      }
    }
  }

  private List<Added> store(List<Draft> drafts) {
    Map<DeliveryId, Planned> planned = new HashMap<>();
    List<NewEvent> events = new ArrayList<>(drafts.size());
    for (Draft draft : drafts) {
      events.add(plan(draft, planned, sending));
    }
    long epoch = lanes.epoch();
    long leaseEnds = house.host().ticks().getAsLong() + lease.toNanos();
    List<Added> added = add(events, planned);
    added.forEach(each -> each.born().forEach(born -> born(born, planned, epoch, leaseEnds)));
    planned.values().forEach(this::release); // what has not been born: its webhook is gone
    courier.pump();
    return added;
  }

  /** A delivery that is about to be stored. */
  private record Planned(NewDelivery delivery, Draft draft, long version) {}

  private NewEvent plan(Draft draft, Map<DeliveryId, Planned> planned, boolean mayClaim) {
    List<NewDelivery> deliveries = new ArrayList<>(draft.webhooks().size());
    for (Directory.Entry entry : draft.webhooks()) {
      Webhook webhook = entry.stored().webhook();
      boolean claimed =
          mayClaim
              && entry.target() != null
              && entry.stored().hold() == null
              && entry.stored().limit() == null // what has a pace is only claimed
              && lanes.reserve(webhook.id(), webhook.tenant());
      DeliveryId id = DeliveryId.of("dlv_" + house.host().ids().get());
      NewDelivery delivery = new NewDelivery(id, webhook.id(), maxAge(entry), claimed);
      deliveries.add(delivery);
      planned.put(id, new Planned(delivery, draft, entry.stored().version()));
    }
    return new NewEvent(draft.key(), draft.type(), draft.content(), deliveries);
  }

  private static Duration maxAge(Directory.Entry entry) {
    return entry.target() == null ? USUAL_MAX_AGE : entry.target().contract().maxAge();
  }

  private List<Added> add(List<NewEvent> events, Map<DeliveryId, Planned> planned) {
    try {
      List<Added> added = store.add(events, lease);
      house.troubles().storeWorks();
      return added;
    } catch (PosthornException refusal) {
      planned.values().forEach(this::release);
      throw refusal;
    } catch (Throwable failure) { // whatever the store throws, promised places are free again
      planned.values().forEach(this::release);
      house.troubles().note(Troubles.Kind.STORE, "storing events", failure);
      claimer.lookSoon(); // they may be stored all the same
      throw new StoreException(
          "the store failed, so it is not known whether "
              + events.size()
              + " events were stored:"
              + " publish them again, it is safe",
          failure);
    }
  }

  private void born(Added.Born born, Map<DeliveryId, Planned> planned, long epoch, long leaseEnds) {
    Planned plan = planned.remove(born.id());
    if (plan == null) {
      return;
    }
    switch (born.fate()) {
      case CLAIMED -> {
        Instant now = house.host().clock().instant();
        Job job = new Job(claim(plan, now), leaseEnds, epoch);
        if (!lanes.offerReserved(job)) {
          aftermath.giveBack(List.of(job));
        }
      }
      case WAITING -> {
        release(plan);
        claimer.lookSoon();
      }
      case DISCARDED -> {
        release(plan);
        notifier.tell(listener -> listener.discarded(discarded(plan)));
      }
    }
  }

  private void release(Planned plan) {
    if (plan.delivery().claimed()) {
      lanes.release(plan.delivery().webhook());
      claimer.lookIfHungry();
    }
  }

  private static Claim claim(Planned plan, Instant now) {
    Draft draft = plan.draft();
    return Claim.first(
        plan.delivery(), draft.key(), draft.type(), draft.content(), plan.version(), now);
  }

  private Delivery discarded(Planned plan) {
    Instant now = house.host().clock().instant();
    @Nullable Instant never = null;
    return new Delivery(
        plan.delivery().id(),
        plan.delivery().webhook(),
        plan.draft().key(),
        plan.draft().type(),
        DeliveryState.DISCARDED,
        1,
        0,
        now,
        never,
        null,
        EndReason.QUOTA,
        now);
  }
}
