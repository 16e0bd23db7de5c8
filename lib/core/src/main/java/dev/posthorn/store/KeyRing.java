package dev.posthorn.store;

import dev.posthorn.contract.Secret;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's keys, prepared for sending: older ones end first, so that the keys in use are at any
 * time a beginning of the list, and each beginning is made once. Immutable.
 */
final class KeyRing extends AbstractList<StoredKey> implements RandomAccess {
  private final List<StoredKey> all;
  private final List<List<Secret>> beginnings;

  private KeyRing(List<StoredKey> keys) {
    all = List.copyOf(keys);
    List<Secret> secrets = all.stream().map(StoredKey::secret).toList();
    beginnings =
        IntStream.rangeClosed(0, all.size())
            .mapToObj(size -> List.copyOf(secrets.subList(0, size)))
            .collect(
                Collectors.toUnmodifiableList()); // smaller than toList(): each webhook has one
  }

  /** Checks the order. */
  static KeyRing of(List<StoredKey> keys) {
    if (keys instanceof KeyRing ring) {
      return ring;
    }
    for (int i = 0; i < keys.size(); i++) {
      check(i, keys.get(i).until(), i < 2 ? null : keys.get(i - 1).until());
    }
    return new KeyRing(keys);
  }

  private static void check(int place, @Nullable Instant until, @Nullable Instant newer) {
    if (place == 0 ? until != null : until == null) {
      throw new IllegalArgumentException(
          "the newest key has no end and each other has one, but key " + place + " ends: " + until);
    }
    if (until != null && newer != null && until.isAfter(newer)) {
      throw new IllegalArgumentException(
          "key %d ends at %s, after the newer one before it, which ends at %s"
              .formatted(place, until, newer));
    }
  }

  /** Those in use at an instant, newest first. */
  List<Secret> usedAt(Instant now) {
    int size = all.size();
    while (size > 0 && !all.get(size - 1).usedAt(now)) {
      size--;
    }
    return beginnings.get(size);
  }

  @Override
  public StoredKey get(int index) {
    return all.get(index);
  }

  @Override
  public int size() {
    return all.size();
  }
}
