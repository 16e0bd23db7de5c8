package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeliveryContractTest {
  private final DeliveryContract contract = Contracts.oneHorizon();

  @Test
  void aContractOfOnesOwnHasTheDefaultsItSays() {
    DeliveryContract own = DeliveryContract.of("acme", contract.wire());

    assertEquals(Duration.ofSeconds(10), own.timeout());
    assertEquals(
        RetrySchedule.after(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30)),
        own.retries());
    assertEquals(Duration.ofHours(24).plusMinutes(36), own.maxAge());
    assertEquals(VerificationRule.NONE, own.verification());
    assertEquals(DisableRule.ON_GONE, own.disable());
    assertEquals(EventRule.ANY_TYPES, own.events());
    assertEquals("DeliveryContract[acme]", own.toString());
  }

  @Test
  void aRuleForEventTypesStaysThroughOtherChanges() {
    DeliveryContract one = contract.events(EventRule.ONE_TYPE);

    assertEquals(EventRule.ONE_TYPE, Contracts.notification().events());
    assertEquals(EventRule.ANY_TYPES, contract.events());
    assertEquals(
        EventRule.ONE_TYPE,
        one.named("acme")
            .wire(one.wire())
            .success(SuccessRule.of(200))
            .timeout(Duration.ofSeconds(1))
            .retries(RetrySchedule.none())
            .maxAge(Duration.ofDays(1))
            .verification(VerificationRule.NONE)
            .disable(DisableRule.NEVER)
            .events());
  }

  @Test
  void unusableTermsAreRefused() {
    refused(
        "a contract's name must be 1 to 64 of a-z 0-9 . _ - : \"Acme\"",
        () -> contract.named("Acme"));
    refused("timeout must be 1 ms to 5 minutes: PT0S", () -> contract.timeout(Duration.ZERO));
    refused(
        "timeout must be 1 ms to 5 minutes: PT5M0.000000001S",
        () -> contract.timeout(Duration.ofMinutes(5).plusNanos(1)));
    Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
    refused("timeout must be 1 ms to 5 minutes: " + eternity, () -> contract.timeout(eternity));
    refused("maxAge must be at most 3650 days: " + eternity, () -> contract.maxAge(eternity));
    refused(
        "maxAge PT5M59S is shorter than the retries, which span PT6M",
        () -> contract.maxAge(Duration.ofMinutes(5).plusSeconds(59)));
  }

  @Test
  void otherRetriesComeWithTheirUsualMaxAge() {
    assertEquals(Duration.ofHours(24), contract.retries(RetrySchedule.none()).maxAge());
  }

  @Test
  void aSuccessRuleNamesStatusesOf2xxOnly() {
    assertTrue(SuccessRule.of(204, 200).accepts(200));
    assertFalse(SuccessRule.of(204, 200).accepts(201));
    assertFalse(SuccessRule.any2xx().accepts(300));
    refused("a success rule needs at least one status", () -> SuccessRule.of());
    refused("a success status must be 200 to 299: 302", () -> SuccessRule.of(200, 302));
  }

  @Test
  void onlyAStatusOf2xxIsAccepted() {
    assertTrue(new Outcome.Accepted(299).accepted());
    assertFalse(Outcome.Failed.status(500, null).accepted());
    refused(
        "an accepted status must be 200 to 299: 300", () -> new Outcome.Accepted(300).accepted());
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
