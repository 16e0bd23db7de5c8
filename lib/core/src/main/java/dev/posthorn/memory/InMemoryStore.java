package dev.posthorn.memory;

import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Storage;
import dev.posthorn.store.WebhookStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps everything in memory: quick, bounded, and gone with the process.
 *
 * <p>It keeps at most a million deliveries, pending and ended ones together, or as many as {@link
 * #atMost} says. When it is full it forgets those that ended first; when there are none, {@code
 * add} refuses with {@link dev.posthorn.delivery.StoreFullException}. One webhook may have a tenth
 * of that pending; what goes beyond is kept as discarded by {@link
 * dev.posthorn.delivery.EndReason#QUOTA}, and is not replayed while the webhook is at its limit.
 *
 * <p>An event is remembered as long as one of its deliveries is kept: from then on the same event
 * counts as new. Of a delivery the latest 100 attempts are kept. Of deleted webhooks and
 * authentications the latest 100,000 are remembered; a reader of changes that is further behind is
 * told to begin anew.
 *
 * <p>A paced lane is granted claims evenly, at most a tenth of a second's worth, or one, at once.
 * When the clock is set back, what waits does not wait longer.
 */
public final class InMemoryStore implements Storage {
  private static final int DELIVERIES = 1_000_000;

  private final Clock clock;
  private final int quota;
  private final MemoryDeliveries deliveries;
  private final MemoryHistory history;
  private final MemoryAuthentications authentications;
  private final MemoryWebhooks webhooks;

  private InMemoryStore(Clock clock, int capacity) {
    this.clock = clock;
    Ledger ledger = new Ledger(new StoreTime(clock), capacity);
    this.quota = ledger.quota;
    LaneRules rules = new LaneRules(ledger.turns);
    WebhookChanges changes = new WebhookChanges();
    Nodes nodes = new Nodes();
    this.deliveries = new MemoryDeliveries(ledger, rules, changes, nodes);
    this.history = new MemoryHistory(ledger, rules, nodes);
    this.authentications = new MemoryAuthentications(ledger, changes);
    this.webhooks = new MemoryWebhooks(ledger, rules, changes, authentications);
  }

  /** An empty store whose time is that of a clock. */
  public static InMemoryStore create(Clock clock) {
    return new InMemoryStore(clock, DELIVERIES);
  }

  /**
   * An empty store like this one, but for at most so many deliveries, pending and ended ones
   * together. The default is 1,000,000; a pending one takes about 260 bytes besides its event, one
   * that was given up 80 more.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public InMemoryStore atMost(int deliveries) {
    if (deliveries < 1) {
      throw new IllegalArgumentException("a store keeps at least 1 delivery: " + deliveries);
    }
    return new InMemoryStore(clock, deliveries);
  }

  @Override
  public DeliveryStore deliveries() {
    return deliveries;
  }

  @Override
  public DeliveryHistory history() {
    return history;
  }

  @Override
  public WebhookStore webhooks() {
    return webhooks;
  }

  @Override
  public AuthenticationStore authentications() {
    return authentications;
  }

  /** A tenth of what the store keeps. */
  @Override
  public OptionalInt pendingPerWebhook() {
    return OptionalInt.of(quota);
  }

  /** False. */
  @Override
  public boolean durable() {
    return false;
  }

  /** Empty: what is here, this process put here. */
  @Override
  public Optional<Duration> pollInterval() {
    return Optional.empty();
  }
}
