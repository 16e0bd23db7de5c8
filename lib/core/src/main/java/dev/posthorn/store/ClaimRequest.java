package dev.posthorn.store;

import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.util.Map;

/**
 * How much a process can send now.
 *
 * @param node the process's name, for a person; no other process has it
 * @param max the greatest number of claims in all, at least 1
 * @param perLane the greatest number of one lane that {@code room} does not name; 0 skips all those
 * @param room the greatest number for particular lanes; 0 skips a lane
 * @param lease how long the claims last
 */
public record ClaimRequest(
    String node, int max, int perLane, Map<WebhookId, Integer> room, Duration lease) {}
