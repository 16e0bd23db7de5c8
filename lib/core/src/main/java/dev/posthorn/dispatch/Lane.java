package dev.posthorn.dispatch;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One webhook's work in this process. Everything in it is guarded by the lanes' lock. */
final class Lane {
  final WebhookId webhook;
  final Tenant tenant;
  final ArrayDeque<Job> waiting = new ArrayDeque<>();

  /**
   * Exchanges under way, oldest first; those that have landed leave when they come to the front.
   */
  private final ArrayDeque<Job> flights = new ArrayDeque<>();

  private int inFlight;

  /** Places promised to publishes that are being stored. */
  int reserved;

  /** How many places it takes of those for waiting jobs, and of which kind, as last counted. */
  int counted;

  boolean countedAside;

  /** How many exchanges may be under way by the webhook's own concurrency. */
  int most = Integer.MAX_VALUE;

  /** True if its last exchange was answered quickly: it may use the common permits. */
  boolean proven;

  /** True while it stands in a rotation, and in which. */
  boolean listed;

  boolean listedAside;

  /** True if the store has more of it than there was room for. */
  boolean backlogged;

  /** How many results that close the lane are still being written. */
  int closing;

  /** Claims from before this epoch do not know that the lane was closed. */
  long closedUntil;

  /** True if this application cannot send to it, because it does not know its contract. */
  boolean unsendable;

  Lane(WebhookId webhook, Tenant tenant) {
    this.webhook = webhook;
    this.tenant = tenant;
  }

  int inFlight() {
    return inFlight;
  }

  /** Jobs that wait, and places promised. */
  int queued() {
    return waiting.size() + reserved;
  }

  /** All places that are taken. */
  int load() {
    return queued() + inFlight;
  }

  void takeOff(Job job) {
    inFlight++;
    flights.addLast(job);
  }

  void land(Job job) {
    job.landed = true;
    inFlight--;
    oldestFlight();
  }

  /** The exchange that has lasted longest; null if there is none. */
  @Nullable Job oldestFlight() {
    Job oldest = flights.peekFirst();
    while (oldest != null && oldest.landed) {
      flights.pollFirst();
      oldest = flights.peekFirst();
    }
    return oldest;
  }
}
