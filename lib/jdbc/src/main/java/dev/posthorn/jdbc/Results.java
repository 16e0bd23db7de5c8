package dev.posthorn.jdbc;

import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.store.Finished;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results, column by column. */
final class Results {
  private static final Attempt NONE =
      new Attempt(0, 0, Instant.EPOCH, Duration.ZERO, new Outcome.Accepted(200), "", false);

  final List<String> ids = new ArrayList<>();
  final List<Long> fences = new ArrayList<>();
  final List<String> states = new ArrayList<>();
  final List<@Nullable String> ended = new ArrayList<>();

  /** From now, in microseconds; negative to be due as before the claim. */
  final List<Long> delays = new ArrayList<>();

  final List<Boolean> tried = new ArrayList<>();
  final List<Long> rounds = new ArrayList<>();
  final List<Long> attempts = new ArrayList<>();
  final List<Long> startedAt = new ArrayList<>();
  final List<Long> took = new ArrayList<>();
  final List<Long> statuses = new ArrayList<>();
  final List<@Nullable String> details = new ArrayList<>();
  final List<@Nullable Long> retryAfter = new ArrayList<>();
  final List<String> snippets = new ArrayList<>();
  final List<Boolean> resent = new ArrayList<>();

  void add(Finished result) {
    Next next = result.next();
    ids.add(result.id().value());
    fences.add(result.fence());
    states.add(state(next).name());
    ended.add(ended(next));
    delays.add(delay(next));
    tried.add(result.attempt() != null);
    add(result.attempt() == null ? NONE : result.attempt());
  }

  private void add(Attempt attempt) {
    Told told = Told.of(attempt.outcome());
    rounds.add((long) attempt.round());
    attempts.add((long) attempt.number());
    startedAt.add(Micros.of(attempt.startedAt()));
    took.add(Micros.of(attempt.took()));
    statuses.add((long) told.status());
    details.add(told.detail());
    retryAfter.add(told.retryAfter());
    snippets.add(attempt.snippet());
    resent.add(attempt.resent());
  }

  static @Nullable String ended(Next next) {
    return next instanceof Next.Exhausted exhausted ? exhausted.reason().name() : null;
  }

  static DeliveryState state(Next next) {
    if (next instanceof Next.Delivered) {
      return DeliveryState.DELIVERED;
    }
    return next instanceof Next.Exhausted ? DeliveryState.EXHAUSTED : DeliveryState.PENDING;
  }

  /** From now, in microseconds; negative to be due as before the claim. */
  static long delay(Next next) {
    if (next instanceof Next.GivenBack) {
      return -1;
    }
    return next instanceof Next.DueIn retry ? Micros.of(retry.delay()) : 0;
  }
}
