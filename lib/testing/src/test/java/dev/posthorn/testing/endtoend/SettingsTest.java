package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is set for one webhook, from the registry to the wire. */
class SettingsTest {
  private static final Secret TOKEN = Secret.of("Bearer canary-token-91f3");
  private static final DeliveryContract OTHER =
      Contracts.oneHorizon().named("other").headerPrefix("X-Api-").timeout(Duration.ofMillis(500));

  private final Rig rig =
      Rig.start(
          Contracts.oneHorizon(),
          builder ->
              builder.contract(OTHER).limits(Limits.standard().inFlight(40).inFlightPerWebhook(8)));

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec() {
    return WebhookSpec.to(rig.receiver().url()).events("task.*");
  }

  private String refused(WebhookSpec spec) {
    return message(() -> rig.registry().register(spec));
  }

  private static String message(Runnable call) {
    return String.valueOf(assertThrows(InvalidWebhookException.class, call::run).getMessage());
  }

  @Test
  void ownHeadersGoWithEventsAndTestsButNotWithChecks() {
    WebhookId hook =
        rig.hook(spec().header("Authorization", TOKEN).header("X-Team", Secret.of("a b"))).id();
    rig.publish("evt_1");
    assertTrue(rig.registry().sendTest(hook).outcome().accepted());
    assertEquals(2, rig.receiver().requests().size());
    for (Seen seen : rig.receiver().requests()) {
      assertEquals(TOKEN.reveal(), seen.header("Authorization"));
      assertEquals("a b", seen.header("X-Team"));
    }
    for (Seen check : rig.receiver().checks()) {
      assertFalse(check.has("Authorization") || check.has("X-Team"), check::toString);
    }
  }

  @Test
  void anUpdateKeepsTheHeadersThatItDoesNotName() {
    WebhookId hook = rig.hook(spec().header("Authorization", TOKEN).header("X-Old", TOKEN)).id();
    Webhook updated =
        rig.registry()
            .update(
                hook,
                now -> now.label("shop").withoutHeader("x-old").header("X-New", Secret.of("new")));
    assertEquals(
        Map.of("Authorization", TOKEN.fingerprint(), "X-New", Secret.of("new").fingerprint()),
        updated.settings().headers());
    rig.publish("evt_1");
    Seen seen = rig.receiver().request(1);
    assertEquals(TOKEN.reveal(), seen.header("Authorization"));
    assertEquals("new", seen.header("X-New"));
    assertFalse(seen.has("X-Old"));
  }

  @Test
  void aWebhookRegisteredAgainByItsOwnSpecKeepsItsHeaders() {
    Webhook one = rig.hook(spec().header("Authorization", TOKEN)).webhook();
    assertFalse(rig.registry().register(one.spec().label("shop")).created());
    rig.publish("evt_1");
    assertEquals(TOKEN.reveal(), rig.receiver().request(1).header("Authorization"));
    rig.registry().register(spec().id(one.id()));
    rig.publish("evt_2");
    assertFalse(rig.receiver().request(2).has("Authorization"), "a spec that names none has none");
  }

  @Test
  void aSpecOfAnotherWebhookHasNoValuesToKeep() {
    Webhook one = rig.hook(spec().header("Authorization", TOKEN)).webhook();
    assertEquals(
        "the header Authorization has no value that could be kept: give it one",
        refused(one.spec().id(WebhookId.of("two"))));
  }

  @Test
  void aHeaderOfTheContractIsRefusedWhicheverChangesLast() {
    assertEquals(
        "the header X-One-Webhook-Key is reserved: those of the contract \"onehorizon\" begin with"
            + " X-One-",
        refused(spec().header("X-One-Webhook-Key", TOKEN)));
    WebhookId hook = rig.hook(spec().header("X-Api-Team", TOKEN)).id();
    String message =
        "the header X-Api-Team is reserved: those of the contract \"other\" begin with X-Api-";
    assertEquals(message, message(() -> rig.registry().update(hook, now -> now.contract("other"))));
    assertEquals(message, refused(spec().contract("other").header("X-Api-Team", TOKEN)));
    rig.registry().update(hook, now -> now.contract("other").withoutHeader("X-Api-Team"));
  }

  @Test
  void numbersStayWithinContractAndLimits() {
    assertEquals(
        "timeout must be at most that of the contract \"onehorizon\", which is PT3S: PT3.001S",
        refused(spec().timeout(Duration.ofMillis(3001))));
    assertEquals(
        "concurrency must be at most 8, as Limits.inFlightPerWebhook says: 9",
        refused(spec().concurrency(9)));
    WebhookId hook = rig.hook(spec().timeout(Duration.ofSeconds(3)).concurrency(8)).id();
    assertEquals(
        "timeout must be at most that of the contract \"other\", which is PT0.5S: PT3S",
        message(() -> rig.registry().update(hook, now -> now.contract("other"))));
  }

  @Test
  void settingsAreShownAndStayWhatTheyAre() {
    WebhookSpec spec =
        spec()
            .header("Authorization", TOKEN)
            .rate(Rate.of(5, Duration.ofMinutes(1)))
            .concurrency(2)
            .timeout(Duration.ofSeconds(1));
    Webhook made = rig.hook(spec).webhook();
    WebhookSettings expected =
        new WebhookSettings(
            Map.of("Authorization", TOKEN.fingerprint()),
            Rate.of(5, Duration.ofMinutes(1)),
            2,
            Duration.ofSeconds(1),
            null,
            null);
    assertEquals(expected, made.settings());
    assertEquals(expected, rig.registry().update(made.id(), now -> now).settings());
    assertEquals(expected, rig.registry().disable(made.id(), "pause").settings());
    assertEquals(expected, rig.registry().enable(made.id(), Backlog.resume()).settings());
    rig.registry().rotate(made.id());
    assertEquals(expected, rig.registry().find(made.id()).orElseThrow().settings());
    rig.publish("evt_1");
    assertEquals(TOKEN.reveal(), rig.receiver().request(1).header("Authorization"));
    assertEquals(
        WebhookSettings.NONE,
        rig.registry()
            .update(
                made.id(),
                now -> now.headers(Map.of()).withoutRate().withoutConcurrency().withoutTimeout())
            .settings());
  }

  @Test
  void whatAReceiverEchoesOfAHeaderIsHidden() {
    rig.hook(spec().header("Authorization", TOKEN).header("X-Pin", Secret.of("12"))).id();
    rig.receiver()
        .answers(1, 500, "you sent " + TOKEN.reveal() + "!")
        .answers(1, 500, "token canary-token-91f3, pin 12")
        .answers(1, 500, "token canary-to");
    DeliveryId id = rig.publish("evt_1");
    rig.advance(Duration.ofMinutes(7));
    List<String> snippets = rig.attempts(id).stream().map(one -> one.snippet()).toList();
    assertTrue(snippets.contains("you sent [redacted]!"), snippets::toString);
    assertTrue(snippets.stream().noneMatch(one -> one.contains("canary")), snippets::toString);
  }

  @Test
  void anExchangeEndsAtTheWebhooksOwnTimeout() {
    rig.hook(spec().timeout(Duration.ofMillis(200)));
    rig.receiver().hangs(1);
    DeliveryId id = rig.publish("evt_1");
    Outcome first = rig.attempts(id).get(rig.attempts(id).size() - 1).outcome();
    assertEquals(Outcome.Failed.of(FailureDetail.READ_TIMEOUT), first);
    Duration took = rig.attempts(id).get(rig.attempts(id).size() - 1).took();
    assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, took::toString);
  }

  @Test
  void moreThanTheRateWaits() {
    WebhookId hook = rig.hook(spec().rate(Rate.of(1, Duration.ofMinutes(1)))).id();
    for (int i = 0; i < 5; i++) {
      rig.publish("evt_" + i);
    }
    assertEquals(1, rig.receiver().requests().size());
    assertEquals(
        4, rig.deliveries(hook).stream().filter(d -> d.state() == DeliveryState.PENDING).count());
    for (int sent = 2; sent <= 5; sent++) {
      rig.advance(Duration.ofSeconds(59));
      assertEquals(sent - 1, rig.receiver().requests().size());
      rig.advance(Duration.ofSeconds(1));
      assertEquals(sent, rig.receiver().requests().size());
    }
  }

  @Test
  void aBacklogIsRampedUpToTheRateAndNoFurther() {
    Rate rate = Rate.of(20, Duration.ofSeconds(1));
    WebhookId hook = rig.hook(spec().rate(rate)).id();
    rig.registry().disable(hook, "maintenance");
    for (int i = 0; i < 300; i++) {
      rig.publisher().publish(Rig.task("evt_" + i));
    }
    rig.registry().enable(hook, Backlog.resume(Rate.of(1, Duration.ofSeconds(1))));
    Instant from = rig.time.instant();
    rig.settle();
    int before = rig.receiver().requests().size();
    for (int second = 1; rig.receiver().requests().size() < 300; second++) {
      rig.advance(Duration.ofSeconds(1));
      int now = rig.receiver().requests().size();
      int sent = now - before;
      // a second's worth, and the burst of a tenth of it
      assertTrue(sent <= 22, () -> "sent in a second: " + sent);
      assertTrue(second < 60, () -> "it comes up to its rate: " + now);
      before = now;
    }
    assertTrue(Duration.between(from, rig.time.instant()).toSeconds() >= 15);
  }

  @Test
  void aTlsIdentityThatNobodyKnowsIsRefusedAndNamed() {
    String message =
        "this application knows no TLS identity \"bank\", only []: name it to the builder";
    assertEquals(message, refused(spec().tls("bank")));
    assertEquals(Set.of(), rig.posthorn.health().unsendable().keySet());
  }
}
