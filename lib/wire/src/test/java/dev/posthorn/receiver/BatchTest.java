package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several events in one request: nothing of them is lost, whatever becomes of the others. */
class BatchTest {
  private static final int LARGEST = 256 * 1024;
  private static final String TYPE = "application/cloudevents-batch+json";

  private final DeliveryContract contract =
      Contracts.notification().named("batch").body(BodyFormats.batch());
  private final WebhookReceiver plain = WebhookReceiver.withoutKey(contract);
  private final RecentEvents memory = RecentEvents.atMost(100, new MovableClock());
  private final WebhookReceiver receiver = plain.remembering(memory);
  private final List<String> handled = new ArrayList<>();
  private final Logger log = Logger.getLogger("dev.posthorn.receiver");

  @BeforeEach
  void logNoStacks() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void logAgain() {
    log.setLevel(null);
  }

  @Test
  void eachEventIsHandledInItsOrder() {
    assertEquals(200, post(receiver, "a", "b", "c"));
    assertEquals(List.of("a", "b", "c"), handled);
  }

  @Test
  void aBatchMayBeEmpty() {
    assertEquals(
        "Reply[200: the batch is empty]", batch().post(receiver, event -> fail()).toString());
  }

  @Test
  void whereOneFailsTheOthersAreHandledAndOnlyItComesAgain() {
    Reply first =
        batch("a", "bad", "c")
            .post(
                receiver,
                event -> {
                  if (event.getId().equals("bad")) {
                    throw new IOException("the database is away");
                  }
                  handled.add(event.getId());
                });
    assertEquals("Reply[500: the event could not be handled]", first.toString());
    assertEquals(List.of("a", "c"), handled);

    assertEquals(200, post(receiver, "a", "bad", "c"));
    assertEquals(List.of("a", "c", "bad"), handled);
    assertEquals(200, post(receiver, "a", "bad", "c"));
    assertEquals(List.of("a", "c", "bad"), handled);
  }

  @Test
  void whatIsHandledElsewhereMakesTheBatchComeAgain() {
    memory.begin("/s", "b", Duration.ofSeconds(30));

    assertEquals(503, post(receiver, "a", "b", "c"));
    assertEquals(List.of("a", "c"), handled);
    memory.forget("/s", "b");
    assertEquals(200, post(receiver, "a", "b", "c"));
    assertEquals(List.of("a", "c", "b"), handled);
  }

  @Test
  void aFailureCountsMoreThanWhatIsHandledElsewhere() {
    memory.begin("/s", "a", Duration.ofSeconds(30));
    Reply reply =
        batch("a", "b")
            .post(
                receiver,
                event -> {
                  throw new IOException();
                });
    assertEquals(500, reply.status());
  }

  @Test
  void anEventThatIsTwiceInABatchHasOneEffect() {
    assertEquals(200, post(receiver, "a", "a"));
    assertEquals(List.of("a"), handled);
  }

  @Test
  void anErrorIsPassedOnAndEverythingNotDoneComesAgain() {
    Error full = new OutOfMemoryError("as if");
    assertThrows(
        OutOfMemoryError.class,
        () ->
            batch("a", "b", "c")
                .post(
                    receiver,
                    event -> {
                      if (event.getId().equals("b")) {
                        throw full;
                      }
                      handled.add(event.getId());
                    }));
    assertEquals(200, post(receiver, "a", "b", "c"));
    assertEquals(List.of("a", "b", "c"), handled);
  }

  @Test
  void oneInvalidEventIsTheWholeBatchsRefusal() {
    Request request = batch("a", "b");
    String body = new String(request.body, UTF_8).replace("\"id\":\"b\"", "\"id\":\"\"");

    Reply reply = request.body(body).post(receiver, event -> fail());
    assertEquals(
        "Reply[400: the body is not an array of valid CloudEvents in JSON]", reply.toString());
    assertEquals(
        "the body is not an array of valid CloudEvents in JSON: event 2 of the batch: id must not"
            + " be empty",
        assertThrows(RefusedException.class, () -> plain.receiveAll(request.headers, request.body))
            .getMessage());
  }

  @Test
  void whatIsNoArrayIsRefused() {
    String nested = "[".repeat(100_000);
    for (String body :
        List.of("", "{}", "[", "[1]", "[[]]", "[]]", "[{}]", "[null]", "[,]", nested)) {
      assertEquals(400, batch().body(body).post(receiver, event -> fail()).status(), body);
    }
    assertEquals(
        400, batch("a").body(new byte[] {'[', -1, ']'}).post(receiver, e -> fail()).status());
  }

  @Test
  void dataMayBeNestedAsDeepAsInAnEventAlone() {
    String deep = "[".repeat(500) + "]".repeat(500);
    assertEquals(200, batch().body("[" + event("a", deep) + "]").post(plain, e -> {}).status());
    assertEquals(
        400, batch().body("[" + event("a", "[" + deep + "]") + "]").post(plain, e -> {}).status());
  }

  @Test
  void digitsOfDataSurvive() {
    List<CloudEvent> events =
        plain.receiveAll(
            batch().headers,
            ("[" + event("a", " 1.10 ") + " , " + event("b", "1e400") + "]").getBytes(UTF_8));
    assertEquals(" 1.10 ", text(events.get(0)));
    assertEquals("1e400", text(events.get(1)));
  }

  @Test
  void whoTakesOneEventIsToldThatThereAreMore() {
    assertEquals("a", plain.receive(batch("a").headers, batch("a").body).getId());
    assertEquals(
        "one event is taken at a time: the batch has 2",
        assertThrows(
                RefusedException.class,
                () -> plain.receive(batch("a", "b").headers, batch("a", "b").body))
            .getMessage());
  }

  @Test
  void theLargestEventThatIsSentIsReceived() {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("large")
            .withType("t")
            .withSource(URI.create("/s"))
            .withTime(OffsetDateTime.parse("2026-06-01T00:00:00Z"))
            .withDataContentType("application/json")
            .build();
    int head =
        CanonicalEvent.of(
                CloudEventBuilder.v1(event).withData("1".getBytes(UTF_8)).build(),
                Instant.EPOCH,
                LARGEST)
            .json()
            .length;
    String data = "\"" + "x".repeat(LARGEST - head - 1) + "\"";
    CloudEvent largest = CloudEventBuilder.v1(event).withData(data.getBytes(UTF_8)).build();
    Request request = Request.of(contract, largest);

    assertEquals(LARGEST + 2, request.body.length);
    assertEquals(200, request.post(plain, this::add).status());
  }

  @Test
  void thousandsOfEventsFitIntoOneBody() {
    String events =
        IntStream.range(0, 2_000)
            .mapToObj(i -> event("e" + i, "1"))
            .collect(Collectors.joining(","));
    assertEquals(200, batch().body("[" + events + "]").post(receiverOf(5_000), this::add).status());
    assertEquals(2_000, handled.size());
    assertTrue(handled.contains("e1999"));
  }

  private WebhookReceiver receiverOf(int events) {
    return plain.remembering(RecentEvents.atMost(events));
  }

  private void add(CloudEvent event) {
    handled.add(event.getId());
  }

  private int post(WebhookReceiver to, String... ids) {
    return batch(ids).post(to, this::add).status();
  }

  private static Request batch(String... ids) {
    String events =
        List.of(ids).stream().map(id -> event(id, "1")).collect(Collectors.joining(","));
    return new Request().with("Content-Type", TYPE).body("[" + events + "]");
  }

  private static String event(String id, String data) {
    return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"type\":\"t\",\"source\":\"/s\",\"data\":%s}"
        .formatted(id, data);
  }

  private static String text(CloudEvent event) {
    return event.getData() == null ? "" : new String(event.getData().toBytes(), UTF_8);
  }
}
