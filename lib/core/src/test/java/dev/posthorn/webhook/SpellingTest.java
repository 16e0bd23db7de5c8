package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
  private static final List<String> KNOWN =
      List.of("task.created", "task.updated", "comment.created", "ping", "Invoice.Paid");

  @ParameterizedTest
  @CsvSource({
    "task.creatd,     task.created, a letter is missing",
    "task.creeated,   task.created, a letter too many",
    "task.craeted,    task.created, letters are swapped",
    "atsk.updated,    task.updated, the first two letters are swapped",
    "task.updatde,    task.updated, the last two letters are swapped",
    "taskcreated,     task.created, the dot is missing",
    "task_created,    task.created, another separator",
    "Task.Created,    task.created, wrong case",
    "TASK.UPDATED,    task.updated, all in capitals",
    "invoice.paid,    Invoice.Paid, all in small letters",
    "tasks.created,   task.created, plural",
    "comments.creatd, comment.created, two slips",
    "pin,             ping, a short word",
    "pnig,            ping, a short word with swapped letters",
  })
  void aTypoIsUnderstood(String typed, String meant, String because) {
    assertEquals(meant, Spelling.nearest(typed, KNOWN), because);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "created.task",
        "task.deleted",
        "task",
        "user.created",
        "p",
        "gnip",
        "",
        "tsk.crtd"
      })
  void anotherWordIsNoTypo(String typed) {
    assertNull(Spelling.nearest(typed, KNOWN));
  }

  @Test
  void theNearestOfSeveralIsNamedAndTheFirstOfEquals() {
    assertEquals("task.two", Spelling.nearest("task.tow", List.of("task.towns", "task.two")));
    assertEquals("task.b", Spelling.nearest("task.a", List.of("task.b", "task.c")));
    assertNull(Spelling.nearest("task.a", List.of()));
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "a, '', 1", "'', abc, 3", "ab, ba, 1", "abcd, badc, 2", "ca, abc, 3"})
  void slipsAreCounted(String one, String other, int slips) {
    assertEquals(slips, Spelling.slips(one, other));
    assertEquals(slips, Spelling.slips(other, one), "the same both ways");
  }
}
