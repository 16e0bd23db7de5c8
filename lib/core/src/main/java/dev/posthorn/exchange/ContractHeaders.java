package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Secret;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.webhook.InvalidWebhookException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which header names a contract uses. Found by encoding samples, so that no part of a contract, the
 * host's own included, can forget to tell one. Immutable.
 */
final class ContractHeaders {
  private static final CanonicalEvent EVENT =
      CanonicalEvent.ofJson(
          """
          {"specversion":"1.0","id":"e","source":"/s","type":"t","subject":"s",\
          "time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{}}"""
              .getBytes(StandardCharsets.UTF_8));

  private final String contract;
  private final String prefix;
  private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  private ContractHeaders(DeliveryContract contract) {
    this.contract = contract.name();
    this.prefix = contract.wire().headerPrefix();
  }

  static ContractHeaders of(DeliveryContract contract) {
    ContractHeaders headers = new ContractHeaders(contract);
    for (List<Secret> keys : keys(contract)) {
      headers.look(contract, keys, 0, null);
      for (FailureReason reason : FailureReason.values()) {
        headers.look(contract, keys, 1, reason);
      }
    }
    return headers;
  }

  /** None, one, and two. */
  private static List<List<Secret>> keys(DeliveryContract contract) {
    List<List<Secret>> keys = new ArrayList<>();
    keys.add(List.of());
    try {
      RandomGenerator fixed = () -> 0x9e3779b97f4a7c15L; // keys that nobody ever uses
      Secret sample = contract.wire().authentication().newKey(fixed);
      keys.add(List.of(sample));
      keys.add(List.of(sample, sample));
    } catch (RuntimeException unforeseen) {
      return keys; // the host's code; what it sends is looked at again before each exchange
    }
    return keys;
  }

  private void look(
      DeliveryContract contract, List<Secret> keys, int retry, @Nullable FailureReason reason) {
    try {
      Message message = new Message("d", "w", "e", "/s", "t", Instant.EPOCH, retry, reason);
      names.addAll(contract.wire().encode(EVENT, message, keys).headers().keySet());
    } catch (RuntimeException unforeseen) {
      return; // the host's code; what it sends is looked at again before each exchange
    }
  }

  /**
   * Refuses a name that the contract uses.
   *
   * @throws InvalidWebhookException if it does
   */
  void check(String name) {
    if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
      throw new InvalidWebhookException(
          "the header %s is reserved: those of the contract \"%s\" begin with %s"
              .formatted(name, contract, prefix));
    }
    if (names.contains(name)) {
      throw new InvalidWebhookException(
          "the header %s is reserved: the contract \"%s\" sends it".formatted(name, contract));
    }
  }
}
