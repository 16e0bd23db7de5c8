package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.CloudEvent;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CanonicalEventTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final int LIMIT = 64 * 1024;

  @Test
  void attributesStandInTheOrderOfTheSampleAndDataLast() {
    ForeignEvent event = new ForeignEvent().json("{\"n\":1.10}").with("b", 1).with("a", "x");
    event.subject = "sub";
    event.dataSchema = URI.create("urn:x");

    assertEquals(
        """
        {"specversion":"1.0","id":"1","type":"t","source":"/s","time":"2026-05-05T12:00:00Z",\
        "datacontenttype":"application/json","subject":"sub","dataschema":"urn:x",\
        "a":"x","b":1,"data":{"n":1.10}}""",
        new String(canonical(event).json(), UTF_8));
  }

  @Test
  void theJsonIsSharedAndNotCopied() {
    CanonicalEvent event = canonical(new ForeignEvent());

    assertTrue(event.json() == event.json());
    byte[] json = event.json();
    assertTrue(CanonicalEvent.ofJson(json).json() == json);
  }

  @Test
  void theDigestIsSha256OfTheJson() throws Exception {
    byte[] json = canonical(new ForeignEvent()).json();
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(json);

    assertArrayEquals(expected, canonical(new ForeignEvent()).digest());
    assertArrayEquals(expected, CanonicalEvent.ofJson(json).digest());
  }

  @Test
  void aTimeThatWasFilledInDoesNotCount() throws Exception {
    ForeignEvent event = new ForeignEvent().json("1");
    event.time = null;
    CanonicalEvent first = CanonicalEvent.of(event, NOW, LIMIT);
    CanonicalEvent later = CanonicalEvent.of(event, NOW.plusNanos(5000), LIMIT);

    assertFalse(Arrays.equals(first.json(), later.json()));
    assertArrayEquals(first.digest(), later.digest());
    String withoutTime =
        """
        {"specversion":"1.0","id":"1","type":"t","source":"/s",\
        "datacontenttype":"application/json","data":1}""";
    assertArrayEquals(
        MessageDigest.getInstance("SHA-256").digest(withoutTime.getBytes(UTF_8)), first.digest());
  }

  @Test
  void aTimeOfTheCallerCounts() {
    ForeignEvent without = new ForeignEvent();
    without.time = null;
    ForeignEvent with = new ForeignEvent();
    with.time = OffsetDateTime.parse("2026-06-01T00:00:00Z");

    assertArrayEquals(canonical(without).json(), canonical(with).json());
    assertFalse(Arrays.equals(canonical(without).digest(), canonical(with).digest()));
  }

  @Test
  void readingGivesBackTypedExtensions() {
    CloudEvent event =
        canonical(
                new ForeignEvent()
                    .with("yes", true)
                    .with("no", false)
                    .with("least", Integer.MIN_VALUE)
                    .with("most", Integer.MAX_VALUE)
                    .with("bytes", new byte[] {1})
                    .with("digits", "17"))
            .event();

    assertEquals(true, event.getExtension("yes"));
    assertEquals(false, event.getExtension("no"));
    assertEquals(Integer.MIN_VALUE, event.getExtension("least"));
    assertEquals(Integer.MAX_VALUE, event.getExtension("most"));
    assertEquals("AQ==", event.getExtension("bytes"));
    assertEquals("17", event.getExtension("digits"));
  }

  @Test
  void readingTakesAnyOrderAndLayoutAndNullForAbsent() {
    CloudEvent event =
        read(
            """
            { "data" : [ 1.10 , 2 ] , "subject" : null, "x": null, "time":"2026-05-05T12:00:00+02:00",
              "\\u0069d": "\\u00e4", "source":"s", "type":"t", "specversion":"1.0" }
            """);

    assertEquals("ä", event.getId());
    assertNull(event.getSubject());
    assertEquals(OffsetDateTime.parse("2026-05-05T12:00:00+02:00"), event.getTime());
    assertTrue(event.getExtensionNames().isEmpty());
    assertEquals(" [ 1.10 , 2 ] ", new String(event.getData().toBytes(), UTF_8));
  }

  @Test
  void whatIsNoEventCannotBeRead() {
    malformed("", " must be an object");
    malformed("[]", " must be an object");
    malformed("\"x\"", " must be an object");
    malformed("{}", " has no specversion");
    malformed("{\"specversion\":\"1.0\"}", " is not a valid event: ");
    malformed("{\"id\":\"1\",\"id\":\"2\"}", " names \"id\" twice");
    malformed(event("\"id2\":\"x\"") + "1", " must be one object: more follows it");
    malformed(event("\"x\":2147483648"), " must have an integer of 32 bits as \"x\"");
    malformed(event("\"x\":1.5"), " must have a string as \"x\", not VALUE_NUMBER_FLOAT");
    malformed(event("\"x\":{}"), " must have a string as \"x\", not START_OBJECT");
    malformed(event("\"subject\":7"), " must have a string as \"subject\", not VALUE_NUMBER_INT");
    malformed(event("\"time\":\"noon\""), " is not a valid event: ");
    malformed(event("\"dataschema\":\" \""), " is not a valid event: ");
    malformed(event("\"UPPER\":\"x\""), " is not a valid event: ");
    malformed(event("\"data\":1,\"data_base64\":\"\""), " has both \"data\" and \"data_base64\"");
    malformed(event("\"data_base64\":\"?\""), " is not a valid event: ");
    malformed(
        event("\"datacontenttype\":\"text/plain\",\"data\":\"x\""),
        " must have data of type text/plain as \"data_base64\"");
    malformed(event("\"data\":[1").replace("}", ""), " is not JSON at byte ");
    malformed("{\"id\":\"\0\"}", " must be JSON in UTF-8: byte 7 is a NUL");
    assertEquals(
        "specversion must be 1.0: \"0.3\"",
        refusal("{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}"));
  }

  @Test
  void printingAnEventDoesNotShowWhatItHolds() {
    CanonicalEvent event = canonical(new ForeignEvent().json("\"hunter2\""));

    assertEquals("CanonicalEvent[" + event.json().length + " bytes]", event.toString());
  }

  private static String event(String more) {
    return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"," + more + "}";
  }

  private static void malformed(String json, String expected) {
    String message = refusal(json);
    assertTrue(message.startsWith("the event's JSON" + expected), message);
  }

  private static String refusal(String json) {
    return String.valueOf(assertThrows(InvalidEventException.class, () -> read(json)).getMessage());
  }

  private static CloudEvent read(String json) {
    return CanonicalEvent.ofJson(json.getBytes(UTF_8)).event();
  }

  private static CanonicalEvent canonical(CloudEvent event) {
    return CanonicalEvent.of(event, NOW, LIMIT);
  }
}
