package dev.posthorn.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.EventPattern;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatchingIndexTest {
  private static final WebhookId A = WebhookId.of("a");
  private static final WebhookId B = WebhookId.of("b");

  private final MatchingIndex index = new MatchingIndex();

  private static Set<EventPattern> patterns(String... texts) {
    Set<EventPattern> all = new LinkedHashSet<>();
    for (String text : texts) {
      all.add(new EventPattern(text));
    }
    return all;
  }

  @Test
  void anExactPatternMatchesItsTypeAlone() {
    index.add(A, patterns("task.created"));
    assertEquals(Set.of(A), index.matching("task.created"));
    for (String other : List.of("task", "task.", "task.created.x", "Task.created", "task.create")) {
      assertEquals(Set.of(), index.matching(other), other);
    }
  }

  @Test
  void aPrefixMatchesEverythingBehindTheDotAndNotTheWordAlone() {
    index.add(A, patterns("task.*"));
    for (String type : List.of("task.a", "task.a.b", "task.a.b.c", "task..", "task.", "task.*")) {
      assertEquals(Set.of(A), index.matching(type), type);
    }
    for (String type : List.of("task", "tasks.a", "Task.a", "x.task.a", "*", "")) {
      assertEquals(Set.of(), index.matching(type), type);
    }
  }

  @Test
  void aStarMatchesAll() {
    index.add(A, patterns("*"));
    for (String type : List.of("task", "task.a", ".", "*", "\u00fc.\u2603")) {
      assertEquals(Set.of(A), index.matching(type), type);
    }
  }

  @Test
  void aWebhookThatWantsATypeInSeveralWaysIsFoundOnce() {
    index.add(A, patterns("*", "task.*", "task.a.*", "task.a.b"));
    assertEquals(Set.of(A), index.matching("task.a.b"));
  }

  @Test
  void noPatternMatchesNothing() {
    index.add(A, patterns());
    assertEquals(Set.of(), index.matching("task"));
    assertTrue(index.isEmpty());
  }

  @Test
  void removingLeavesTheOthersAndThenNothing() {
    index.add(A, patterns("task.*"));
    index.add(B, patterns("task.*", "*"));
    index.remove(A, patterns("task.*"));
    assertEquals(Set.of(B), index.matching("task.a"));
    index.remove(B, patterns("task.*", "*", "never.there"));
    assertEquals(Set.of(), index.matching("task.a"));
    assertTrue(index.isEmpty());
  }

  /** Against the definition: {@link EventPattern#matches}, asked of every webhook. */
  @Test
  void afterAnyChangesItFindsWhatThePatternsSay() {
    Random random = new Random(7);
    Map<WebhookId, Set<EventPattern>> model = new HashMap<>();
    for (int step = 0; step < 2_000; step++) {
      WebhookId id = WebhookId.of("w" + random.nextInt(8));
      Set<EventPattern> before = model.getOrDefault(id, Set.of());
      Set<EventPattern> after = new HashSet<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        after.add(new EventPattern(pattern(random)));
      }
      index.remove(id, before);
      index.add(id, after);
      model.put(id, after);
      String type = type(random);
      Set<WebhookId> expected = new HashSet<>();
      model.forEach(
          (each, wanted) -> {
            if (wanted.stream().anyMatch(pattern -> pattern.matches(type))) {
              expected.add(each);
            }
          });
      assertEquals(expected, index.matching(type), type);
    }
    model.forEach(index::remove);
    assertTrue(index.isEmpty());
  }

  private static String pattern(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "*";
      case 1, 2 -> type(random) + ".*";
      default -> type(random);
    };
  }

  private static String type(Random random) {
    StringBuilder type = new StringBuilder();
    for (int parts = 1 + random.nextInt(3); parts > 0; parts--) {
      type.append("ab".charAt(random.nextInt(2))).append(parts > 1 ? "." : "");
    }
    return type.toString();
  }
}
