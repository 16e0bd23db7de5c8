package dev.posthorn.contract;

import java.time.Duration;
import java.util.Objects;

/**
 * The agreement of a sender and its receivers, as data. Presets stand in {@link Contracts}; the
 * methods named like a component return a copy with that one thing changed:
 *
 * <pre>{@code
 * Contracts.oneHorizon().named("acme").headerPrefix("X-Acme-").userAgent("Acme-Webhooks/1.0");
 * }</pre>
 *
 * <p>Each of them throws {@link IllegalArgumentException} for what is out of its range. Immutable
 * and thread-safe, as its parts must be.
 *
 * @param name what a store remembers of it, 1 to 64 of {@code a-z 0-9 . _ -}; never reuse one for
 *     another agreement
 * @param wire how a delivery looks on the wire
 * @param success which statuses mean that the event was taken
 * @param timeout the limit of one whole exchange, from resolving the name to the last byte read; 1
 *     ms to 5 minutes. Where an endpoint is verified, of each request
 * @param retries when a failed delivery is tried again
 * @param maxAge how long a delivery may wait in all, held or not, before it is given up as expired;
 *     counted from its acceptance, and anew from each replay. At least what the retries span, at
 *     most 3650 days; {@link #of} and {@link #retries(RetryPolicy)} set it to that span and 24
 *     hours
 * @param verification how an endpoint is checked before events go there
 * @param disable when a webhook is disabled without its owner's doing
 * @param events which event types a webhook may choose
 */
public record DeliveryContract(
    String name,
    WireFormat wire,
    SuccessRule success,
    Duration timeout,
    RetryPolicy retries,
    Duration maxAge,
    VerificationRule verification,
    DisableRule disable,
    EventRule events) {

  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LONGEST_AGE = Duration.ofDays(3650);

  /**
   * Checks every part.
   *
   * @throws IllegalArgumentException if one is unusable; the message names it
   */
  public DeliveryContract {
    Objects.requireNonNull(wire, "wire");
    Objects.requireNonNull(success, "success");
    Objects.requireNonNull(verification, "verification");
    Objects.requireNonNull(disable, "disable");
    Objects.requireNonNull(events, "events");
    if (!name.matches("[a-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "a contract's name must be 1 to 64 of a-z 0-9 . _ - : \"" + name + "\"");
    }
    if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be 1 ms to 5 minutes: " + timeout);
    }
    if (retries.maxAttempts() < 1) {
      throw new IllegalArgumentException(
          "retries must allow at least one attempt: " + retries.maxAttempts());
    }
    if (verification == VerificationRule.HANDSHAKE && wire.origin() == null) {
      throw new IllegalArgumentException(
          "a handshake asks for an origin: give the wire format one, or another verification");
    }
    if (maxAge.compareTo(retries.span()) < 0) {
      throw new IllegalArgumentException(
          "maxAge " + maxAge + " is shorter than the retries, which span " + retries.span());
    }
    if (maxAge.compareTo(LONGEST_AGE) > 0) {
      throw new IllegalArgumentException("maxAge must be at most 3650 days: " + maxAge);
    }
  }

  /** A contract whose webhooks may choose any event types. */
  public DeliveryContract(
      String name,
      WireFormat wire,
      SuccessRule success,
      Duration timeout,
      RetryPolicy retries,
      Duration maxAge,
      VerificationRule verification,
      DisableRule disable) {
    this(name, wire, success, timeout, retries, maxAge, verification, disable, EventRule.ANY_TYPES);
  }

  /**
   * A contract of one's own: any 2xx within 10 seconds is success; retries after 1, 5 and 30
   * minutes; no verification; disabled by an answer of 410; webhooks choose any event types.
   */
  public static DeliveryContract of(String name, WireFormat wire) {
    RetrySchedule retries =
        RetrySchedule.after(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));
    return new DeliveryContract(
        name,
        wire,
        SuccessRule.any2xx(),
        Duration.ofSeconds(10),
        retries,
        usualMaxAge(retries),
        VerificationRule.NONE,
        DisableRule.ON_GONE);
  }

  /** What a delivery may wait where nothing else is said: the span of its retries and 24 hours. */
  static Duration usualMaxAge(RetryPolicy retries) {
    return retries.span().plusHours(24);
  }

  /** Another name: needed as soon as anything else is changed and both are in use. */
  public DeliveryContract named(String name) {
    return new DeliveryContract(
        name, wire, success, timeout, retries, maxAge, verification, disable, events);
  }

  /** Another look on the wire. */
  public DeliveryContract wire(WireFormat format) {
    return new DeliveryContract(
        name, format, success, timeout, retries, maxAge, verification, disable, events);
  }

  /** Another form of the body. */
  public DeliveryContract body(BodyFormat format) {
    return wire(wire.body(format));
  }

  /** Another proof of the sender. */
  public DeliveryContract authentication(Authentication scheme) {
    return wire(wire.authentication(scheme));
  }

  /** The name of the sending system, see {@link RequestOrigin#of}. */
  public DeliveryContract origin(String name) {
    return wire(wire.origin(RequestOrigin.of(name)));
  }

  /** Another beginning of the contract's own headers, for example {@code X-Acme-}. */
  public DeliveryContract headerPrefix(String prefix) {
    return wire(wire.headerPrefix(prefix));
  }

  /** Another {@code User-Agent}. */
  public DeliveryContract userAgent(String value) {
    return wire(wire.userAgent(value));
  }

  /** Other statuses that mean success. */
  public DeliveryContract success(SuccessRule rule) {
    return new DeliveryContract(
        name, wire, rule, timeout, retries, maxAge, verification, disable, events);
  }

  /** Another limit of one whole exchange, 1 ms to 5 minutes. */
  public DeliveryContract timeout(Duration wholeExchange) {
    return new DeliveryContract(
        name, wire, success, wholeExchange, retries, maxAge, verification, disable, events);
  }

  /** Another retry policy; the maximum age becomes its span and 24 hours. */
  public DeliveryContract retries(RetryPolicy policy) {
    return new DeliveryContract(
        name, wire, success, timeout, policy, usualMaxAge(policy), verification, disable, events);
  }

  /** Another limit to how long a delivery may wait in all; applies to later deliveries. */
  public DeliveryContract maxAge(Duration limit) {
    return new DeliveryContract(
        name, wire, success, timeout, retries, limit, verification, disable, events);
  }

  /** Another way to check endpoints. */
  public DeliveryContract verification(VerificationRule rule) {
    return new DeliveryContract(
        name, wire, success, timeout, retries, maxAge, rule, disable, events);
  }

  /** Another rule for disabling. */
  public DeliveryContract disable(DisableRule rule) {
    return new DeliveryContract(
        name, wire, success, timeout, retries, maxAge, verification, rule, events);
  }

  /** Another rule for the event types that a webhook may choose. */
  public DeliveryContract events(EventRule rule) {
    return new DeliveryContract(
        name, wire, success, timeout, retries, maxAge, verification, disable, rule);
  }

  /** For example {@code DeliveryContract[onehorizon]}. */
  @Override
  public String toString() {
    return "DeliveryContract[" + name + "]";
  }
}
