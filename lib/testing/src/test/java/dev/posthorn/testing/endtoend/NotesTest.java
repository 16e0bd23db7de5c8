package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook's label and metadata: kept for the host, and for nobody else. */
@SuppressWarnings("NullAway.Init") // set before each test
class NotesTest {
  private static final String LABEL = "canary-label";

  private ScriptedReceiver receiver;
  private Rig rig;
  private WebhookId hook;

  @BeforeEach
  void open() {
    rig = Rig.start();
    receiver = rig.receiver();
    hook = rig.hook(spec().label(LABEL).metadata(metadata())).id();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec() {
    return WebhookSpec.to(receiver.url()).events("task.*");
  }

  private static Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("z-canary-name", "canary-value");
    metadata.put("a", "\ud83d\udcef");
    return metadata;
  }

  private Webhook read() {
    return rig.registry().find(hook).orElseThrow();
  }

  @Test
  void theyAreReadAsTheyWereGiven() {
    assertEquals(LABEL, read().label());
    assertEquals(List.copyOf(metadata().entrySet()), List.copyOf(read().metadata().entrySet()));
    assertEquals(List.of(read()), rig.registry().list(Page.first(9)).items());
  }

  @Test
  void aChangeOfOtherThingsKeepsThem() {
    rig.registry().update(hook, spec -> spec.url(receiver.url() + "/v2"));
    rig.registry().verify(hook);
    rig.registry().rotate(hook);
    rig.registry().disable(hook, "maintenance");
    assertEquals(LABEL, read().label());
    assertEquals(metadata(), read().metadata());
  }

  @Test
  void anUpdateReplacesThem() {
    rig.registry().update(hook, spec -> spec.label("Läden").metadata(Map.of("by", "ann")));
    assertEquals("Läden", read().label());
    assertEquals(Map.of("by", "ann"), read().metadata());
    assertTrue(read().verified(), "nothing else has changed");
    rig.registry().update(hook, spec -> spec.label("").metadata(Map.of()));
    assertEquals("", read().label());
    assertEquals(Map.of(), read().metadata());
  }

  @Test
  void anotherOrderIsAChange() {
    Map<String, String> turned = new LinkedHashMap<>();
    turned.put("a", "\ud83d\udcef");
    turned.put("z-canary-name", "canary-value");
    rig.registry().update(hook, spec -> spec.metadata(turned));
    assertEquals(List.copyOf(turned.entrySet()), List.copyOf(read().metadata().entrySet()));
  }

  @Test
  void whatIsRefusedChangesNothing() {
    assertEquals(
        "a label must not hold control characters",
        assertThrows(
                InvalidWebhookException.class,
                () -> rig.registry().update(hook, spec -> spec.label("a\nb")))
            .getMessage());
    assertEquals(LABEL, read().label());
  }

  @Test
  void theyAreNeitherSentNorShown() {
    rig.registry().verify(hook);
    rig.publish("evt_1");
    rig.registry().sendTest(hook);
    assertEquals(2, receiver.requests().size());
    assertTrue(receiver.checks().size() >= 2);
    receiver.requests().forEach(NotesTest::assertSilent);
    receiver.checks().forEach(NotesTest::assertSilent);
    for (Object shown : List.of(read(), read().spec(), rig.log().explain(hook))) {
      assertFalse(shown.toString().contains("canary"), shown::toString);
    }
    assertTrue(KeptLog.lines().stream().noneMatch(line -> line.contains("canary-label")));
  }

  private static void assertSilent(Seen request) {
    assertFalse(Wire.of(request).contains("canary"), () -> Wire.of(request));
  }
}
