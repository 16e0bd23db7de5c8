package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageHeadersTest {
  private static final MessageHeaders NONE = MessageHeaders.none();

  @Test
  void noneAreSentAndAnyAreTaken() {
    assertEquals(Map.of(), NONE.of("X-", WireFormatTest.MESSAGE));
    RequestHeaders twice = RequestHeaders.of(Map.of("X-Event-Id", List.of("a", "b")));
    var event =
        CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withType("t").build();
    assertDoesNotThrow(() -> NONE.check("X-", twice, event));
  }

  @Test
  void noneAreEqual() {
    assertEquals(NONE, MessageHeaders.none());
    assertEquals(Contracts.standardWebhooks(), Contracts.standardWebhooks());
  }
}
