package dev.posthorn.jdbc.crash;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.WebhookId;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What all processes of a test agree on. */
final class Agreement {
  static final int LANES = 4;
  static final int IN_FLIGHT = 64;
  static final Duration LEASE = Duration.ofSeconds(2);

  private Agreement() {}

  /** A contract that never gives up while a test lasts. */
  static DeliveryContract contract() {
    return DeliveryContract.of("crash", Contracts.oneHorizon().wire())
        .timeout(Duration.ofSeconds(1))
        .retries(RetrySchedule.exponential(Duration.ofMillis(200), 2, Duration.ofSeconds(2), 100));
  }

  static Limits limits() {
    return Limits.standard().inFlight(IN_FLIGHT).lease(LEASE);
  }

  static WebhookId webhook(int lane) {
    return WebhookId.of("lane-" + lane);
  }

  static String type(int lane) {
    return "crash.lane" + lane;
  }

  /** Each event goes to one webhook, so that it is received once where nothing fails. */
  static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/crash"))
        .withType(type(Math.floorMod(id.hashCode(), LANES)))
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
