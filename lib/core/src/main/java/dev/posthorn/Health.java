package dev.posthorn;

import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is, in bounded time.
 *
 * @param ok true if the store works, nothing has been due for over a minute, and every webhook can
 *     be sent to; endpoints that fail are no fault of the instance, see {@code troubled}
 * @param liveNodes the processes that claim from the store, by the names of their instances
 * @param oldestDue how long the oldest due delivery has been due, of webhooks that may be sent to;
 *     zero if none is
 * @param inFlight exchanges that are under way in this instance
 * @param pending deliveries that are pending or held; empty if the store would have to count
 * @param pendingPerWebhook how many deliveries of one webhook may be pending or held in the store;
 *     those beyond are discarded, and the listener is told. Empty if it has no limit
 * @param lateResults results of this instance that were refused, since another process had taken
 *     the delivery over
 * @param refused exchanges of this instance, checks and tests included, that the endpoint policy
 *     refused when it came to them: nothing was sent. A number that grows may be somebody probing
 * @param lastStoreError what the store last threw; null if it has worked since
 * @param troubled webhooks that are held, gated or failing; at most 100
 * @param unknownContracts webhooks that this instance cannot send to, since it does not know their
 *     contract; at most 100
 * @param unsendable webhooks that this instance cannot send to, each with what it lacks: a
 *     contract, a TLS identity, a shared key that its contract can use, or a header's name that the
 *     contract now uses itself; their deliveries wait. At most 100
 */
public record Health(
    boolean ok,
    List<String> liveNodes,
    Duration oldestDue,
    int inFlight,
    OptionalLong pending,
    OptionalInt pendingPerWebhook,
    long lateResults,
    long refused,
    @Nullable String lastStoreError,
    List<LaneReport> troubled,
    List<WebhookId> unknownContracts,
    Map<WebhookId, String> unsendable) {}
