package dev.posthorn.store;

import dev.posthorn.delivery.LaneReport;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * The state of a store.
 *
 * @param oldestDue how long the oldest due delivery of an open lane has been due; zero if none is
 * @param liveNodes the processes that claim from it, by name
 * @param pending how many deliveries are pending or held; empty if the store would have to count
 * @param troubled lanes that are held, gated or failing, those with the oldest trouble first
 */
public record StoreReport(
    Duration oldestDue, List<String> liveNodes, OptionalLong pending, List<LaneReport> troubled) {}
