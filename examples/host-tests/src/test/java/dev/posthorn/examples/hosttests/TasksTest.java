package dev.posthorn.examples.hosttests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.EventPublisher;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.testing.PosthornExtension;
import dev.posthorn.testing.Seen;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A small service that tells its customers what happens to their tasks, and the tests that a host
 * writes for it: with the real engine and real HTTP, and without waiting. Retries that take six
 * minutes run in milliseconds.
 */
class TasksTest {

  /** The host's code: it knows nothing of tests, and is given a publisher. */
  static final class Tasks {
    private final EventPublisher events;
    private final Map<String, String> titles = new LinkedHashMap<>();

    Tasks(EventPublisher events) {
      this.events = events;
    }

    void create(String id, String title) {
      titles.put(id, title);
      events.publish("task.created", id, Map.of("title", title));
    }

    void delete(String id) {
      if (titles.remove(id) != null) {
        events.publish("task.deleted", id, Map.of());
      }
    }
  }

  @RegisterExtension
  final PosthornExtension posthorn = PosthornExtension.with(Contracts.oneHorizon());

  @Test
  void aNewTaskIsAnnounced() {
    posthorn.webhook("task.*");

    new Tasks(posthorn.publisher()).create("tsk_1", "Paint the fence");
    posthorn.settle();

    CloudEvent event = posthorn.receiver().request(1).event(Contracts.oneHorizon());
    assertEquals("task.created", event.getType());
    assertEquals("tsk_1", event.getSubject());
  }

  @Test
  void deletingWhatIsNotThereIsNotAnnounced() {
    posthorn.webhook("task.*");

    new Tasks(posthorn.publisher()).delete("tsk_1");
    posthorn.settle();

    assertEquals(List.of(), posthorn.receiver().requests());
  }

  @Test
  void aCustomerWhoIsDownForAMinuteMissesNothing() {
    posthorn.receiver().fails(2, 503).thenAccepts();
    posthorn.webhook("task.*");

    new Tasks(posthorn.publisher()).create("tsk_1", "Paint the fence");
    posthorn.advance(Duration.ofMinutes(1));

    List<Seen> requests = posthorn.receiver().requests();
    assertEquals(3, requests.size()); // at once, at once again, after a minute
    assertEquals("http_error", requests.get(2).header("X-One-Retry-Reason"));
    assertEquals(1, posthorn.receiver().accepted().size());
  }

  @Test
  void whatIsGivenUpAfterSixMinutesCanBeSentAgain() {
    posthorn.receiver().thenFails(500);
    posthorn.webhook("task.*");

    new Tasks(posthorn.publisher()).create("tsk_1", "Paint the fence");
    posthorn.advance(Duration.ofMinutes(6));

    Delivery failed = posthorn.deliveries().failed(Page.first(1)).items().get(0);
    assertEquals(DeliveryState.EXHAUSTED, failed.state());
    assertEquals(4, failed.attempts());

    posthorn.receiver().thenAccepts();
    posthorn.deliveries().replay(failed.id());
    posthorn.settle();

    Delivery delivered = posthorn.deliveries().explain(failed.id()).delivery();
    assertEquals(DeliveryState.DELIVERED, delivered.state());
    assertTrue(posthorn.deliveries().failed(Page.first(1)).items().isEmpty());
  }
}
