package dev.posthorn.delivery;

/**
 * What one step of a replay in bulk has done.
 *
 * @param count how many deliveries have started a new round
 * @param quotaFull true if there are more, but their webhook's quota of pending deliveries is full;
 *     call again when some of them have been sent
 */
public record Replayed(int count, boolean quotaFull) {}
