package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.CloudEventData;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DataRulesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final int LIMIT = 1024 * 1024;
  private static final String WHAT = "data of datacontenttype application/json";

  private final ForeignEvent event = new ForeignEvent();

  @Test
  void jsonDataGoesOutByteForByte() {
    String[] values = {
      "1.10",
      "1e400",
      "-0",
      "1".repeat(5000),
      "{ \"b\" : 1 ,\n\t\"a\":[ ] , \"b\":2 }",
      "\"\\u00e4 ä € 😀 \\ud800\"",
      " true ",
      "null",
      "{\"" + "n".repeat(60_000) + "\":0}",
    };
    for (String value : values) {
      event.json(value);
      assertTrue(
          json().endsWith(",\"datacontenttype\":\"application/json\",\"data\":" + value + "}"));
      assertArrayEquals(value.getBytes(UTF_8), dataRead());
    }
  }

  @Test
  void everyNameOfJsonMeansJson() {
    String[] types = {
      "application/json",
      "APPLICATION/JSON",
      "text/json",
      "Text/Json ; charset=utf-8",
      "application/vnd.acme.v2+json;profile=x",
      "application/problem+JSON"
    };
    for (String type : types) {
      event.contentType = type;
      event.json("{}");
      assertTrue(json().endsWith(",\"datacontenttype\":\"" + type + "\",\"data\":{}}"), json());
    }
  }

  @Test
  void otherDataIsWrittenAsBase64() {
    event.bytes((byte) 0, (byte) 0xff, (byte) 0xef, (byte) 0xbb);
    for (String type :
        new String[] {"text/plain", "application/octet-stream", "a/jsonx", "a/json"}) {
      event.contentType = type;
      assertTrue(
          json().endsWith(",\"datacontenttype\":\"" + type + "\",\"data_base64\":\"AP/vuw==\"}"));
      assertArrayEquals(new byte[] {0, (byte) 0xff, (byte) 0xef, (byte) 0xbb}, dataRead());
    }
  }

  @Test
  void emptyDataIsFineUnlessItShouldBeJson() {
    event.contentType = "text/plain";
    event.bytes();
    assertTrue(json().endsWith("\"data_base64\":\"\"}"));
    assertArrayEquals(new byte[0], dataRead());

    event.contentType = null;
    assertEquals(WHAT + " must be a JSON value: it is empty", refusal());
    event.json(" \n ");
    assertEquals(WHAT + " must be a JSON value: it is empty", refusal());
  }

  @Test
  void anEventNeedsNoData() {
    assertFalse(json().contains("data"));
    assertNull(CanonicalEvent.of(event, NOW, LIMIT).event().getData());

    event.contentType = "application/json";
    assertTrue(json().endsWith("\"datacontenttype\":\"application/json\"}"));
  }

  @Test
  void whatIsNotExactlyOneJsonValueIsRefused() {
    refused("{}{}", " must be one JSON value: more follows it");
    refused("1 2", " must be one JSON value: more follows it");
    String[] wrong = {
      "{} x",
      "hunter2",
      "'a'",
      "{a:1}",
      "[1,]",
      "{\"a\":1,}",
      "01",
      "+1",
      "1.",
      ".5",
      "NaN",
      "-Infinity",
      "1e",
      "tru",
      "nullx",
      "\"a",
      "\"\n\"",
      "\"\\x\"",
      "\"\\u12g4\"",
      "[",
      "[1",
      "{\"a\"",
      "{\"a\":",
      "{1:2}",
      "//c\n1",
      "/**/1",
      "]",
      "}",
      ":",
      ",",
      "[1 2]",
      "{\"a\" 1}",
      "{\"\t\":1}",
      "\u00a01",
      "1a",
      "1}",
      "[1}",
      "{]"
    };
    for (String text : wrong) {
      event.json(text);
      String message = refusal();
      assertTrue(message.startsWith(WHAT + " "), message);
      assertFalse(message.contains("hunter2"), message);
    }
  }

  @Test
  void aRefusalSaysWhere() {
    event.json("{\"a\":tru}");
    String message = refusal();
    assertTrue(message.startsWith(WHAT + " is not JSON at byte "), message);
  }

  @Test
  void onlyUtf8WithoutAByteOrderMarkIsAccepted() {
    refused("\ufeff{}", " must be JSON without a byte order mark");
    refused("{\"a\":\"\0\"}", " must be JSON in UTF-8: byte 6 is a NUL");
    event.bytes("{}".getBytes(UTF_16LE));
    assertEquals(WHAT + " must be JSON in UTF-8: byte 1 is a NUL", refusal());
    event.bytes((byte) 0xfe, (byte) 0xff, (byte) '"', (byte) 'a');
    assertEquals(
        WHAT + " must be JSON in UTF-8: byte 0 does not begin a character of UTF-8", refusal());
    event.bytes((byte) '"', (byte) 0xe4, (byte) '"');
    assertEquals(
        WHAT + " must be JSON in UTF-8: byte 1 does not begin a character of UTF-8", refusal());
  }

  @Test
  void dataIsNestedAtMost500Levels() {
    String deepest = "[".repeat(499) + "{}" + "]".repeat(499);
    event.json(deepest);
    assertArrayEquals(deepest.getBytes(UTF_8), dataRead());

    refused("[" + deepest + "]", " is nested too deep: at most 500 levels are accepted");
    refused("[".repeat(100_000), " is nested too deep: at most 500 levels are accepted");
  }

  @Test
  void thousandsOfDifferentNamesAreFine() {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      StringBuilder object = new StringBuilder("{\"first\":0");
      for (int i = 0; i < 5000; i++) {
        object.append(",\"k").append(i).append("\":0,\"").append(new UUID(random.nextLong(), i));
        object.append("\":1");
      }
      event.json(object.append("}").toString());
      assertEquals(object.length(), dataRead().length);
    }
  }

  @Test
  void theLimitCountsTheWholeJson() {
    event.json("\"ä\"");
    int size = CanonicalEvent.of(event, NOW, LIMIT).json().length;

    assertEquals(size, CanonicalEvent.of(event, NOW, size).json().length);
    assertEquals(tooLarge(size, size - 1), refusal(size - 1));
    assertEquals(tooLarge(size, 1), refusal(1));

    event.contentType = "text/plain";
    for (int length = 0; length < 7; length++) {
      event.bytes(new byte[length]);
      int binarySize = CanonicalEvent.of(event, NOW, LIMIT).json().length;
      assertEquals(binarySize, CanonicalEvent.of(event, NOW, binarySize).json().length);
      assertEquals(tooLarge(binarySize, binarySize - 1), refusal(binarySize - 1));
    }
  }

  @Test
  void theLimitMustBePositive() {
    assertEquals(
        "maxBytes must be positive: 0",
        assertThrows(IllegalArgumentException.class, () -> CanonicalEvent.of(event, NOW, 0).json())
            .getMessage());
  }

  @Test
  void whatAForeignImplementationThrowsIsInvalid() {
    IOException cause = new IOException("secret");
    event.data =
        () -> {
          throw sneaky(cause);
        };
    InvalidEventException thrown =
        assertThrows(
            InvalidEventException.class, () -> CanonicalEvent.of(event, NOW, LIMIT).json());

    assertEquals(
        "the event cannot be read: dev.posthorn.event.ForeignEvent threw java.io.IOException",
        thrown.getMessage());
    assertSame(cause, thrown.getCause());
  }

  @Test
  void whatAForeignImplementationLeavesOutIsInvalid() {
    CloudEventData nothing = new NoBytes();
    event.data = nothing;
    assertEquals(
        "data must have bytes: toBytes() of " + nothing.getClass().getName() + " returned null",
        refusal());

    ForeignEvent nameless =
        new ForeignEvent() {
          @Override
          @SuppressWarnings("NullAway")
          public Set<String> getExtensionNames() {
            return null;
          }
        };
    String message =
        String.valueOf(
            assertThrows(
                    InvalidEventException.class,
                    () -> CanonicalEvent.of(nameless, NOW, LIMIT).json())
                .getMessage());
    assertTrue(message.endsWith(" threw java.lang.NullPointerException"), message);
  }

  @Test
  void whatTheCallerChangesLaterChangesNothing() {
    byte[] bytes = "{\"a\":1}".getBytes(UTF_8);
    event.bytes(bytes);
    CanonicalEvent canonical = CanonicalEvent.of(event, NOW, LIMIT);
    bytes[0] = 'x';

    assertTrue(new String(canonical.json(), UTF_8).endsWith("{\"a\":1}}"));
  }

  private static class NoBytes implements CloudEventData {
    @Override
    @SuppressWarnings("NullAway")
    public byte[] toBytes() {
      return null;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static String tooLarge(int size, int limit) {
    return "the event's JSON has %d bytes, and at most %d are accepted: send a reference to large data"
        .formatted(size, limit);
  }

  private void refused(String data, String expected) {
    event.json(data);
    assertEquals(WHAT + expected, refusal());
  }

  private byte[] dataRead() {
    return assertNotNullData(CanonicalEvent.of(event, NOW, LIMIT).event().getData()).toBytes();
  }

  private static CloudEventData assertNotNullData(CloudEventData data) {
    assertNotNull(data);
    return data;
  }

  private String json() {
    return new String(CanonicalEvent.of(event, NOW, LIMIT).json(), UTF_8);
  }

  private String refusal() {
    return refusal(LIMIT);
  }

  private String refusal(int maxBytes) {
    return String.valueOf(
        assertThrows(
                InvalidEventException.class, () -> CanonicalEvent.of(event, NOW, maxBytes).json())
            .getMessage());
  }
}
