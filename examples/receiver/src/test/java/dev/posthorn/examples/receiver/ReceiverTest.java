package dev.posthorn.examples.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiverTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Secret KEY = Secret.of("a key that both know");

  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private Posthorn posthorn;

  @BeforeEach
  void start() throws IOException {
    server = Receiver.start(0, KEY, event -> handled.add(event.getType()));
    posthorn =
        Posthorn.builder().endpoints(EndpointPolicy.standard().allowLoopback()).build().start();
  }

  @AfterEach
  void stop() {
    posthorn.close();
    server.stop(0);
  }

  @Test
  void whatPosthornSendsIsHandledOnce() {
    Registration hook = register(KEY);
    assertTrue(posthorn.registry().verify(hook.id()).verified());

    Published published = posthorn.publisher().publish("task.created", "tsk_1", List.of("Paint"));
    assertTrue(posthorn.settle(AMPLE));
    posthorn.deliveries().replay(published.deliveries().get(0)); // the same event once more
    assertTrue(posthorn.settle(AMPLE));

    assertEquals(2, posthorn.deliveries().explain(published.deliveries().get(0)).attempts().size());
    assertEquals(DeliveryState.DELIVERED, state(published));
    assertEquals(List.of("task.created"), List.copyOf(handled));
  }

  @Test
  void whoDoesNotKnowTheKeyIsNotHeard() {
    Registration hook = register(Secret.of("another key"));
    assertTrue(posthorn.registry().verify(hook.id()).verified());

    assertEquals(401, posthorn.registry().sendTest(hook.id()).outcome().status());

    assertEquals(List.of(), List.copyOf(handled));
  }

  @Test
  void theExampleNeedsNeitherPosthornNorOkHttpAndFitsOnAScreen() throws IOException {
    Path file = Path.of("src/main/java/dev/posthorn/examples/receiver/Receiver.java");
    List<String> lines = Files.readAllLines(file);
    assertTrue(lines.size() < 60, () -> lines.size() + " lines");
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("import dev.posthorn.Posthorn")));
  }

  private Registration register(Secret key) {
    String url = "http://localhost:" + server.getAddress().getPort() + "/hooks";
    return posthorn.registry().register(WebhookSpec.to(url).allEvents().secret(key));
  }

  private DeliveryState state(Published published) {
    return posthorn.deliveries().explain(published.deliveries().get(0)).delivery().state();
  }
}
