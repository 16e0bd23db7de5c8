package dev.posthorn.registry;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.EventRule;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.InvalidWebhookException;
import java.util.Set;

/** The event types that a webhook chooses, against the rule of its contract. */
final class EventChoice {
  private EventChoice() {}

  /** Throws unless the contract lets a webhook choose these. */
  static void check(Set<EventPattern> chosen, DeliveryContract contract) {
    if (contract.events() == EventRule.ANY_TYPES) {
      return;
    }
    if (chosen.isEmpty()) {
      throw broken(contract, "none is chosen: name it, as in events(\"task.created\")");
    }
    if (chosen.size() > 1) {
      throw broken(
          contract, chosen.size() + " are chosen, " + chosen + ": register a webhook for each");
    }
    EventPattern only = chosen.iterator().next();
    if (only.all() || only.prefix()) {
      throw broken(
          contract,
          "\"" + only + "\" may match several: name it in full, as in events(\"task.created\")");
    }
  }

  private static InvalidWebhookException broken(DeliveryContract contract, String how) {
    return new InvalidWebhookException(
        "a webhook of the contract \"%s\" is for exactly one event type, but %s"
            .formatted(contract.name(), how));
  }
}
