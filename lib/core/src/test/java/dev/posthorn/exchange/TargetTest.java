package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.MessageHeaders;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import io.cloudevents.CloudEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is set for a webhook, in the request that is made of it. */
class TargetTest {
  private static final Secret VALUE = Secret.of("canary-value");

  private final FakeSender sender = new FakeSender();
  private final Exchanger exchanger = new Exchanger(sender, new HandTime());

  private static StoredWebhook stored(
      DeliveryContract contract, String header, @Nullable Duration timeout) {
    StoredWebhook plain = Samples.webhook("w", Tenant.DEFAULT, contract.name(), "*");
    Webhook old = plain.webhook();
    WebhookSettings settings =
        new WebhookSettings(Map.of(header, VALUE.fingerprint()), null, null, timeout, null, null);
    Webhook webhook =
        new Webhook(
            old.id(),
            old.tenant(),
            old.url(),
            old.contract(),
            old.events(),
            old.label(),
            old.metadata(),
            settings,
            null,
            null,
            null,
            old.createdAt());
    return new StoredWebhook(
        webhook, plain.keys(), Map.of(header, VALUE), null, null, null, null, 1);
  }

  private static Target target(
      DeliveryContract contract, String header, @Nullable Duration timeout) {
    return new Target(
        stored(contract, header, timeout), URI.create("https://w.example/"), contract);
  }

  private Outcome attempt(Target target) {
    return exchanger.attempt(target, Samples.claim("w", "d")).outcome();
  }

  /** A contract that sends a header only for one delivery, which no sample is. */
  private static DeliveryContract surprising() {
    WireFormat usual = Samples.OPEN.wire();
    MessageHeaders headers =
        new MessageHeaders() {
          @Override
          public Map<String, String> of(String prefix, Message message) {
            return message.deliveryId().equals("d9") ? Map.of("x-late", "1") : Map.of();
          }

          @Override
          public void check(String prefix, RequestHeaders given, CloudEvent event) {}
        };
    return Samples.OPEN.wire(
        new WireFormat(
            usual.body(),
            headers,
            usual.authentication(),
            usual.headerPrefix(),
            usual.userAgent()));
  }

  @Test
  void aHeaderThatNoSampleHadIsSeenBeforeTheWire() {
    Target target = target(surprising(), "X-Late", null);
    assertEquals(200, ((Outcome.Accepted) attempt(target)).status());
    assertEquals(VALUE.reveal(), sender.requests().get(0).headers().get("X-Late"));
    assertEquals(
        Outcome.Failed.of(FailureDetail.SENDER),
        exchanger.attempt(target, Samples.claim("w", "d9")).outcome());
    assertEquals(1, sender.requests().size());
    assertEquals(
        "the header X-Late is there twice",
        assertThrows(IllegalStateException.class, () -> target.withOwn(Map.of("x-late", "1")))
            .getMessage());
  }

  @Test
  void theOwnTimeoutIsTheDeadlineUnlessTheContractsIsShorterByNow() {
    Duration contracts = Samples.OPEN.timeout();
    attempt(target(Samples.OPEN, "X-A", Duration.ofMillis(7)));
    attempt(target(Samples.OPEN, "X-A", null));
    attempt(target(Samples.OPEN, "X-A", contracts.plusMillis(1)));
    assertEquals(
        List.of(Duration.ofMillis(7), contracts, contracts),
        sender.requests().stream().map(request -> request.deadline()).toList());
  }

  @Test
  void aWebhookWhoseHeaderTheContractHasTakenCannotBeSentTo() {
    DeliveryContract before = Samples.OPEN.headerPrefix("X-Old-");
    DeliveryContract now = Samples.OPEN.headerPrefix("X-New-");
    StoredWebhook stored = stored(before, "X-New-Team", null);
    assertEquals("w", targets(before).of(stored, null).stored().webhook().id().value());
    assertEquals(
        "the header X-New-Team is reserved: those of the contract \"open\" begin with X-New-",
        assertThrows(InvalidWebhookException.class, () -> targets(now).of(stored, null))
            .getMessage());
  }

  private static Targets targets(DeliveryContract contract) {
    return new Targets(new ContractBook(List.of(contract, Contracts.signedJson())), Set.of());
  }

  @Test
  void noTextShowsAHeader() {
    Target target = target(Samples.OPEN, "Authorization", null);
    assertFalse((target + " " + target.stored()).contains("canary"));
  }
}
