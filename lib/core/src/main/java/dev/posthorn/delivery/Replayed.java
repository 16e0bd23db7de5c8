package dev.posthorn.delivery;

/**
 * What one step of a replay in bulk has done.
 *
 * @param count how many deliveries have started a new round
 * @param quotaFull true if it stopped short of its limit with more left, because their webhook's
 *     quota of pending deliveries is full; call again when some of them have been sent
 */
public record Replayed(int count, boolean quotaFull) {}
