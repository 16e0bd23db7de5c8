package dev.posthorn.store;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where everything is kept: deliveries, their history, and the webhooks. The three belong together,
 * since "nothing is sent after a webhook was disabled" can only be promised by one store.
 * Thread-safe.
 */
public interface Storage {

  /** What the engine calls all the time. */
  DeliveryStore deliveries();

  /** Reading, and work in bulk. */
  DeliveryHistory history();

  /** The webhooks. */
  WebhookStore webhooks();

  /** The keys that several webhooks share. */
  AuthenticationStore authentications();

  /** True if what it holds outlives the process. If not, closing first sends what is due. */
  boolean durable();

  /**
   * How many deliveries of one webhook may be pending or held, about; those beyond are stored as
   * discarded. Empty if there is no limit, which is the default.
   */
  default OptionalInt pendingPerWebhook() {
    return OptionalInt.empty();
  }

  /**
   * How often a process should look for work and for changed webhooks that other processes wrote;
   * empty if there can be no other.
   */
  Optional<Duration> pollInterval();
}
