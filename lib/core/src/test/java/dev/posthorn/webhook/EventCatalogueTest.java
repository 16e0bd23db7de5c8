package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.event.InvalidEventException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCatalogueTest {
  private final EventCatalogue catalogue =
      EventCatalogue.of(List.of("task.created", "task.sub.moved", "comment.created", "ping"));

  private static Collection<EventPattern> patterns(String... texts) {
    return Stream.of(texts).map(EventPattern::new).toList();
  }

  private static String refused(String... types) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> EventCatalogue.of(Arrays.asList(types)))
            .getMessage());
  }

  private String complaint(String pattern) {
    return String.valueOf(
        assertThrows(
                InvalidWebhookException.class,
                () -> catalogue.check(patterns("*", pattern), List.of()))
            .getMessage());
  }

  @Test
  void typesKeepTheirOrder() {
    List<String> given = List.of("z", "a", "m.b", "m.a");
    assertEquals(given, List.copyOf(EventCatalogue.of(given).types()));
    assertThrows(
        UnsupportedOperationException.class, () -> EventCatalogue.of(given).types().add("x"));
  }

  @Test
  void whatCannotBeATypeIsRefused() {
    assertEquals(
        "a catalogue needs at least one event type: leave it out to let all types be", refused());
    assertEquals("the event type \"a.b\" is given twice", refused("a.b", "c", "a.b"));
    assertEquals("a catalogue holds exact event types, no patterns: \"a.*\"", refused("a.*"));
    assertEquals("a catalogue holds exact event types, no patterns: \"*\"", refused("b", "*"));
    assertEquals("a catalogue holds exact event types, no patterns: \"a*b\"", refused("a*b"));
    assertEquals("an event type must have 1 to 256 characters: \"\"", refused("a", ""));
    assertEquals("an event type must have 1 to 256 characters: \" \"", refused(" "));
    assertEquals("an event type must not hold control characters", refused("a\nb"));
    assertTrue(refused("x".repeat(257)).startsWith("an event type must have 1 to 256 characters"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "task.*",
        "task.sub.*",
        "comment.*",
        "ping",
        "task.created",
        "task.sub.moved"
      })
  void whatMatchesSomeTypePasses(String pattern) {
    assertDoesNotThrow(() -> catalogue.check(patterns(pattern), List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "task.creatd, task.created",
    "Task.created, task.created",
    "tasks.*, task.*",
    "TASK.*, task.*",
    "task.sbu.*, task.sub.*",
    "ping.*, ping",
    "task.created.*, task.created",
    "pings, ping",
  })
  void whatMatchesNoTypeIsRefusedAndTheNearestNamed(String pattern, String nearest) {
    assertEquals(
        "unknown event type \"" + pattern + "\": did you mean \"" + nearest + "\"?",
        complaint(pattern));
  }

  @ParameterizedTest
  @ValueSource(strings = {"project.created", "project.*", "task", "task.sub", "task.created.now.*"})
  void whereNothingIsNearTheListIsNamed(String pattern) {
    assertEquals(
        "unknown event type \"" + pattern + "\": registry().eventTypes() lists the known ones",
        complaint(pattern));
  }

  @Test
  void whatWasWantedAlreadyPasses() {
    Collection<EventPattern> already = patterns("old.type", "old.*");
    assertDoesNotThrow(() -> catalogue.check(patterns("old.*", "ping"), already));
    assertThrows(
        InvalidWebhookException.class, () -> catalogue.check(patterns("old.other"), already));
  }

  @Test
  void onlyKnownTypesCanBePublished() {
    assertDoesNotThrow(() -> catalogue.checkPublished("task.sub.moved"));
    assertEquals(
        "unknown event type \"task.creatd\": did you mean \"task.created\"?",
        assertThrows(InvalidEventException.class, () -> catalogue.checkPublished("task.creatd"))
            .getMessage());
    assertThrows(InvalidEventException.class, () -> catalogue.checkPublished("task.*"));
    assertThrows(InvalidEventException.class, () -> catalogue.checkPublished("task."));
  }

  @Test
  void anEndlessTypeIsCutInTheMessage() {
    String type = "x".repeat(100_000);
    assertEquals(
        "unknown event type \"%s...\": registry().eventTypes() lists the known ones"
            .formatted("x".repeat(256)),
        assertThrows(InvalidEventException.class, () -> catalogue.checkPublished(type))
            .getMessage());
  }

  @Test
  void anOpenCatalogueRefusesNothing() {
    EventCatalogue open = EventCatalogue.open();
    assertTrue(open.types().isEmpty());
    assertDoesNotThrow(() -> open.check(patterns("a", "b.*"), List.of()));
    assertDoesNotThrow(() -> open.checkPublished("whatever"));
    assertEquals("EventCatalogue[open]", open.toString());
    assertEquals("EventCatalogue[b, a]", EventCatalogue.of(List.of("b", "a")).toString());
  }
}
