package dev.posthorn.dispatch;

import dev.posthorn.delivery.DeliveryListener;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the host's listener, one thing after another and never on a thread that sends or records: a
 * slow listener delays only itself. Thread-safe.
 */
final class Notifier {
  private static final int LONGEST_QUEUE = 10_000;

  private final @Nullable DeliveryListener listener;
  private final Household house;
  private final ConcurrentLinkedQueue<Consumer<DeliveryListener>> queue =
      new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicBoolean telling = new AtomicBoolean();

  Notifier(@Nullable DeliveryListener listener, Household house) {
    this.listener = listener;
    this.house = house;
  }

  /** True if there is a listener, so that it is worth while to find out what to tell it. */
  boolean wanted() {
    return listener != null;
  }

  /** Tells it soon. A listener that is thousands of calls behind misses some. */
  void tell(Consumer<DeliveryListener> call) {
    if (listener == null) {
      return;
    }
    if (queued.incrementAndGet() > LONGEST_QUEUE) {
      queued.decrementAndGet();
      house
          .troubles()
          .note(
              Troubles.Kind.LISTENER,
              "telling the listener",
              new IllegalStateException(
                  "it is " + LONGEST_QUEUE + " calls behind and misses some"));
      return;
    }
    queue.add(call);
    start();
  }

  private void start() {
    if (queue.isEmpty() || !telling.compareAndSet(false, true)) {
      return;
    }
    if (!house.chore("telling the listener", this::tellAll)) {
      telling.set(false);
    }
  }

  private void tellAll() {
    Consumer<DeliveryListener> call;
    while ((call = queue.poll()) != null) {
      queued.decrementAndGet();
      guarded(call);
    }
    telling.set(false);
    start();
  }

  private void guarded(Consumer<DeliveryListener> call) {
    if (listener == null) {
      return;
    }
    try {
      call.accept(listener);
    } catch (Throwable failure) { // the host's code: even an Error must not end our thread
      house.troubles().note(Troubles.Kind.LISTENER, "telling the listener", failure);
    }
  }
}
