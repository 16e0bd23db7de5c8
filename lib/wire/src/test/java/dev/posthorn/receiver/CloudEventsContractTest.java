package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The preset of CloudEvents Web Hooks 1.0.2, from one end to the other. */
class CloudEventsContractTest {
  private static final Secret TOKEN = Secret.of("mF_9.B5f-4.1JqM");

  private final DeliveryContract contract = Contracts.cloudEvents("events.acme.example");

  @Test
  void aDeliveryNamesTheSenderAndCarriesTheToken() {
    Request request = Request.of(contract, event(), TOKEN);

    assertEquals(
        Set.of("Content-Type", "User-Agent", "WebHook-Request-Origin", "Authorization"),
        request.headers.keySet());
    assertEquals(List.of("events.acme.example"), request.headers.get("WebHook-Request-Origin"));
    assertEquals(List.of("Bearer mF_9.B5f-4.1JqM"), request.headers.get("Authorization"));
    assertEquals(
        List.of("application/cloudevents+json; charset=utf-8"),
        request.headers.get("Content-Type"));
  }

  @Test
  void aWebhookWithoutAKeySendsNoToken() {
    assertFalse(Request.of(contract, event()).headers.containsKey("Authorization"));
  }

  @Test
  void theTermsAreThoseOfTheStandard() {
    assertEquals("cloudevents", contract.name());
    assertTrue(contract.success().accepts(202));
    assertEquals(Duration.ofSeconds(15), contract.timeout());
    assertEquals(DisableRule.ON_GONE, contract.disable());
    assertTrue(contract.retries().isPermanent(Outcome.Failed.status(415, null)));
    assertFalse(contract.retries().isPermanent(Outcome.Failed.status(410, null)));
    assertEquals(
        Contracts.standardWebhooks().retries().maxAttempts(), contract.retries().maxAttempts());
    assertEquals(Contracts.standardWebhooks().maxAge(), contract.maxAge());
    assertEquals(contract, Contracts.cloudEvents("Events.Acme.example"));
  }

  @Test
  void everyModeIsReceivedOnlyWithTheToken() {
    for (BodyFormat mode :
        List.of(BodyFormats.structured(), BodyFormats.binary(), BodyFormats.batch())) {
      DeliveryContract own = contract.named("own").body(mode);
      Request request = Request.of(own, event(), TOKEN);
      List<CloudEvent> handled = new ArrayList<>();

      assertEquals(
          "Reply[200: received]",
          request.post(WebhookReceiver.of(own, TOKEN), handled::add).toString());
      assertEquals("evt_1", handled.get(0).getId());
      assertEquals(
          "Reply[401: Authorization is not a current token]",
          request.post(WebhookReceiver.of(own, Secret.of("other")), handled::add).toString());
      assertEquals(1, handled.size());
    }
  }

  @Test
  void anOriginThatIsNoNameIsRefused() {
    assertEquals(
        "an origin must be a DNS name such as events.example.com: \"https://acme.example\"",
        assertThrows(
                IllegalArgumentException.class, () -> Contracts.cloudEvents("https://acme.example"))
            .getMessage());
  }

  @Test
  void anyContractMayNameItsSender() {
    Request request = Request.of(Contracts.oneHorizon().origin("a.example"), event(), TOKEN);
    assertEquals(List.of("a.example"), request.headers.get("WebHook-Request-Origin"));
    assertFalse(
        Request.of(Contracts.oneHorizon(), event(), TOKEN)
            .headers
            .containsKey("WebHook-Request-Origin"));
  }

  private static CloudEvent event() {
    return CloudEventBuilder.v1()
        .withId("evt_1")
        .withType("task.updated")
        .withSource(URI.create("/tasks"))
        .build();
  }
}
