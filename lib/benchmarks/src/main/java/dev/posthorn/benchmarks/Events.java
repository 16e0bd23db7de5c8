package dev.posthorn.benchmarks;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Events of about one kilobyte. */
final class Events {
  private static final byte[] DATA =
      ("{\"resource\":{\"type\":\"task\",\"id\":\"tsk_1\"},\"task\":{\"title\":\""
              + "x".repeat(800)
              + "\"}}")
          .getBytes(StandardCharsets.UTF_8);

  private Events() {}

  static CloudEvent event(long number) {
    return event(number, "task.updated");
  }

  static CloudEvent event(long number, String type) {
    return CloudEventBuilder.v1()
        .withId("evt_" + number)
        .withSource(URI.create("onehorizon/workspaces/w_1"))
        .withType(type)
        .withSubject("tsk_1")
        .withData("application/json", DATA)
        .build();
  }
}
