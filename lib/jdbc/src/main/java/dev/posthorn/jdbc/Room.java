package dev.posthorn.jdbc;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For how many deliveries of each lane a process has room.
 *
 * @param named by the webhook's id
 * @param others for each lane that is not named
 */
record Room(Map<String, Integer> named, int others) {

  static Room of(ClaimRequest request) {
    Map<String, Integer> named = new HashMap<>();
    request.room().forEach((id, places) -> named.put(id.value(), places));
    return new Room(named, request.perLane());
  }

  int of(WebhookId webhook) {
    return of(webhook.value());
  }

  private int of(String webhook) {
    return named.getOrDefault(webhook, others);
  }

  boolean isFull(String webhook) {
    return of(webhook) <= 0;
  }

  /** What is left after claims. */
  Room after(List<Claim> claims) {
    Map<String, Integer> left = new HashMap<>(named);
    for (Claim claim : claims) {
      left.merge(claim.webhook().value(), others - 1, (places, unused) -> places - 1);
    }
    return new Room(left, others);
  }

  /** The lanes that are named and have room. */
  List<String> open() {
    return named.keySet().stream().filter(webhook -> !isFull(webhook)).toList();
  }

  int fullLanes() {
    return (int) named.values().stream().filter(places -> places <= 0).count();
  }
}
