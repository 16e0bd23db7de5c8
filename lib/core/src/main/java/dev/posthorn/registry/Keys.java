package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Secret;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which keys a webhook has after a change. Thread-safe. */
final class Keys {
  private static final int MOST = 5;
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(365);

  private static final String CURRENT =
      "the key given is the current one already: rotate to another";

  private final Clock clock;
  private final RandomGenerator random;

  Keys(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new key in the form that a scheme wants. */
  Secret generate(Authentication scheme) {
    return scheme.newKey(random);
  }

  /** The first keys of a webhook. */
  List<StoredKey> first(Authentication scheme, WebhookSpec spec) {
    if (spec.wantsNoSecret() || spec.settings().authentication() != null) {
      return List.of();
    }
    Secret first = spec.givenSecret().orElseGet(() -> generate(scheme));
    check(scheme, first);
    return List.of(StoredKey.newest(first));
  }

  /** The keys after an update. Of older ones stay those that the scheme can use beside others. */
  List<StoredKey> updated(Authentication scheme, WebhookSpec spec, List<StoredKey> before) {
    if (spec.wantsNoSecret() || spec.settings().authentication() != null) {
      return List.of();
    }
    @Nullable Secret current = newest(before);
    @Nullable Secret given = spec.givenSecret().orElse(current);
    if (given == null) {
      return List.of();
    }
    check(scheme, given);
    List<StoredKey> updated = new ArrayList<>();
    updated.add(StoredKey.newest(given));
    if (given.equals(current) && scheme.carriesSeveralKeys()) {
      unended(before).stream()
          .skip(1)
          .filter(key -> usable(scheme, key.secret()))
          .forEach(updated::add);
    }
    return updated;
  }

  /** The keys after a rotation: those before the new one end after the overlap at the latest. */
  List<StoredKey> rotated(
      Authentication scheme, Secret fresh, Duration overlap, List<StoredKey> before) {
    check(scheme, fresh);
    if (fresh.equals(newest(before))) {
      throw new InvalidWebhookException(CURRENT);
    }
    List<StoredKey> rotated = new ArrayList<>();
    rotated.add(StoredKey.newest(fresh));
    if (!overlap.isZero() && scheme.carriesSeveralKeys()) {
      rotated.addAll(ending(previous(scheme, fresh, before), overlap));
    }
    return rotated;
  }

  private List<StoredKey> previous(Authentication scheme, Secret fresh, List<StoredKey> before) {
    List<StoredKey> previous =
        unended(before).stream()
            .filter(key -> !key.secret().equals(fresh) && usable(scheme, key.secret()))
            .toList();
    checkCount(previous);
    return previous;
  }

  private static void checkCount(List<StoredKey> previous) {
    if (previous.size() >= MOST) {
      throw new InvalidWebhookException(
          "there are %d keys in use, the most there may be: the oldest is used until %s;"
                  .formatted(previous.size(), previous.get(previous.size() - 1).until())
              + " rotate after that, or with an overlap of zero, which ends them all");
    }
  }

  /**
   * The first keys of a named authentication.
   *
   * @param given null to generate one
   */
  List<StoredKey> named(Authentication scheme, @Nullable Secret given) {
    Secret first = given == null ? generate(scheme) : given;
    check(scheme, first);
    return List.of(StoredKey.newest(first));
  }

  /** Throws unless a contract can use all keys of a named authentication that it would use. */
  void checkNamed(Authentication scheme, List<StoredKey> keys) {
    int used = scheme.carriesSeveralKeys() ? keys.size() : 1;
    unended(keys).stream().limit(used).forEach(key -> check(scheme, key.secret()));
  }

  /** The keys of a named authentication after a rotation; each contract uses what it can carry. */
  List<StoredKey> rotatedNamed(Secret fresh, Duration overlap, List<StoredKey> before) {
    if (fresh.equals(newest(before))) {
      throw new InvalidWebhookException(CURRENT);
    }
    List<StoredKey> rotated = new ArrayList<>();
    rotated.add(StoredKey.newest(fresh));
    if (!overlap.isZero()) {
      List<StoredKey> previous =
          unended(before).stream().filter(key -> !key.secret().equals(fresh)).toList();
      checkCount(previous);
      rotated.addAll(ending(previous, overlap));
    }
    return rotated;
  }

  private List<StoredKey> ending(List<StoredKey> previous, Duration overlap) {
    Instant end = clock.instant().plus(overlap).truncatedTo(ChronoUnit.MICROS);
    return previous.stream()
        .map(key -> new StoredKey(key.secret(), key.usedAt(end) ? end : key.until()))
        .toList();
  }

  /** Those that have not ended. */
  List<StoredKey> unended(List<StoredKey> keys) {
    Instant now = clock.instant();
    return keys.stream().filter(key -> key.usedAt(now)).toList();
  }

  static void checkOverlap(Duration overlap) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new IllegalArgumentException("an overlap must be 0 to 365 days: " + overlap);
    }
  }

  static @Nullable Secret newest(List<StoredKey> keys) {
    return keys.isEmpty() ? null : keys.get(0).secret();
  }

  static void check(Authentication scheme, Secret key) {
    try {
      scheme.check(key);
    } catch (IllegalArgumentException unusable) {
      throw new InvalidWebhookException(String.valueOf(unusable.getMessage()));
    }
  }

  private static boolean usable(Authentication scheme, Secret key) {
    try {
      scheme.check(key);
      return true;
    } catch (IllegalArgumentException unusable) {
      return false;
    }
  }
}
