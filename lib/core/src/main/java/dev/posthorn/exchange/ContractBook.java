package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The contracts that this application knows, by name; the first is the usual one. Immutable. */
public final class ContractBook {
  private final Map<String, DeliveryContract> contracts = new LinkedHashMap<>();
  private final DeliveryContract usual;

  /**
   * Collects contracts.
   *
   * @throws IllegalArgumentException if there is none, or two have the same name
   */
  public ContractBook(List<DeliveryContract> known) {
    if (known.isEmpty()) {
      throw new IllegalArgumentException("at least one contract is needed");
    }
    for (DeliveryContract contract : known) {
      if (contracts.put(contract.name(), contract) != null) {
        throw new IllegalArgumentException(
            "two contracts are named \"" + contract.name() + "\": give one of them another name");
      }
    }
    usual = known.get(0);
  }

  /** The contract of webhooks that name none. */
  public DeliveryContract usual() {
    return usual;
  }

  /** A contract by its name; null if this application does not know it. */
  public @Nullable DeliveryContract find(String name) {
    return contracts.get(name);
  }

  /** All names, in the order in which they were given. */
  public Set<String> names() {
    return contracts.keySet();
  }

  /** The longest timeout of all. */
  public Duration longestTimeout() {
    return contracts.values().stream()
        .map(DeliveryContract::timeout)
        .max(Duration::compareTo)
        .orElseThrow();
  }
}
