package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonDataTest {

  record Invoice(String id, BigDecimal total, LocalDate due, Instant at, Duration grace) {}

  public static final class Bean {
    public String getName() {
      return "ä 😀";
    }

    public boolean isPaid() {
      return true;
    }
  }

  record Throwing(String name) {
    @Override
    public String name() {
      throw new IllegalStateException("no name");
    }
  }

  @Test
  void aRecordIsWrittenByItsComponents() {
    Invoice invoice =
        new Invoice(
            "i",
            new BigDecimal("1.10"),
            LocalDate.parse("2026-05-05"),
            Instant.parse("2026-05-05T12:00:00Z"),
            Duration.ofMinutes(5));

    assertEquals(
        """
        {"id":"i","total":1.10,"due":"2026-05-05","at":"2026-05-05T12:00:00Z","grace":"PT5M"}""",
        json(invoice));
  }

  @Test
  void beansCollectionsAndTextsAreWrittenWithoutEscapesThatJsonDoesNotNeed() {
    assertEquals("{\"name\":\"ä 😀\",\"paid\":true}", json(new Bean()));
    assertEquals("[1,\"€\",null]", json(Arrays.asList(1, "€", null)));
    assertEquals("\"{}\"", json("{}"));
  }

  @Test
  void mapsAreWrittenInTheOrderOfTheirKeys() {
    assertEquals("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", json(Map.of("d", 4, "b", 2, "a", 1, "c", 3)));
  }

  @Test
  void whatIsWrittenIsDataOfAnEvent() {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("1")
            .withType("t")
            .withSource(URI.create("s"))
            .withData("application/json", JsonData.fromObject(Map.of("total", 1)))
            .build();

    String written = new String(CanonicalEvent.of(event, Instant.EPOCH, 1000).json(), UTF_8);
    assertTrue(written.endsWith("\"data\":{\"total\":1}}"), written);
  }

  @Test
  void whatCannotBeWrittenIsRefusedByName() {
    refused(new Object(), "a java.lang.Object cannot be written as JSON: No serializer found");
    refused(Optional.of(1), "a java.util.Optional cannot be written as JSON: ");
    refused(Double.NaN, "the JSON of a java.lang.Double is not JSON");
    refused(List.of(Float.POSITIVE_INFINITY), " is not JSON");
    refused(new Throwing("x"), "Throwing cannot be written as JSON: no name");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    refused(cycle, "a java.util.ArrayList cannot be written as JSON: ");
  }

  @Test
  void aTextIsKeptAsItIs() {
    String text = " { \"b\" : 1.10, \"a\":\"ä😀\" } ";
    assertEquals(text, new String(JsonData.fromText(text), UTF_8));
  }

  @Test
  void aTextThatIsNotJsonIsRefused() {
    assertEquals("the JSON must be a JSON value: it is empty", textRefusal(""));
    assertEquals("the JSON must be one JSON value: more follows it", textRefusal("1 2"));
    assertEquals("the JSON must be JSON without a byte order mark", textRefusal("\ufeff1"));
    assertEquals("the JSON holds a lone surrogate at index 1", textRefusal("\"\ud83d\""));
    assertTrue(textRefusal("hello").startsWith("the JSON is not JSON at byte "));
  }

  private static void refused(Object value, String expected) {
    String message =
        String.valueOf(
            assertThrows(InvalidEventException.class, () -> JsonData.fromObject(value))
                .getMessage());
    assertTrue(message.contains(expected), message);
  }

  private static String textRefusal(String text) {
    return String.valueOf(
        assertThrows(InvalidEventException.class, () -> JsonData.fromText(text)).getMessage());
  }

  private static String json(Object value) {
    return new String(JsonData.fromObject(value), UTF_8);
  }
}
