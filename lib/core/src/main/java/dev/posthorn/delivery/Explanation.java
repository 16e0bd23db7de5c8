package dev.posthorn.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a delivery stands where it stands.
 *
 * @param delivery the delivery
 * @param attempts its attempts in all rounds, newest first; a store may keep only the latest
 * @param why an English sentence or a few, for a person
 * @param nextAttempt not before this is it tried again; null if nothing is planned
 */
public record Explanation(
    Delivery delivery, List<Attempt> attempts, String why, @Nullable Instant nextAttempt) {}
