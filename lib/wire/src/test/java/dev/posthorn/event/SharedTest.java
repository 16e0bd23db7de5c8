package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is made of an event is made once for all who use it. */
class SharedTest {
  private record Made(Object key) {}

  private final CanonicalEvent event = CanonicalEvent.ofJson("{}".getBytes(UTF_8));
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void equalKeysGetTheSameAndOthersTheirOwn() {
    Made one = make(List.of("one"));
    Made two = make("two");

    assertSame(one, make(List.of("one")));
    assertSame(two, make("two"));
    assertEquals(List.of("one"), one.key());
    assertEquals(2, made.get());
  }

  @Test
  void anotherEventOfTheSameBytesHasItsOwn() {
    make("one");
    CanonicalEvent.ofJson(event.json()).shared("one", Made.class, () -> create("one"));

    assertEquals(2, made.get());
  }

  @Test
  void manyThreadsMakeItOnce() throws Exception {
    CyclicBarrier together = new CyclicBarrier(8);
    List<FutureTask<Made>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FutureTask<Made> task =
          new FutureTask<>(
              () -> {
                together.await(60, TimeUnit.SECONDS);
                return make("one");
              });
      tasks.add(task);
      new Thread(task).start();
    }
    Made first = tasks.get(0).get(60, TimeUnit.SECONDS);
    for (FutureTask<Made> task : tasks) {
      assertSame(first, task.get(60, TimeUnit.SECONDS));
    }
    assertEquals(1, made.get());
  }

  @Test
  void whatCannotBeMadeIsTriedAgain() {
    assertThrows(
        IllegalStateException.class,
        () ->
            event.shared(
                "one",
                Made.class,
                () -> {
                  throw new IllegalStateException();
                }));
    assertEquals("one", make("one").key());
  }

  @Test
  void whatNobodyHoldsIsLetGo() {
    Shared gone = new Shared("gone", new Made("gone"), null);
    Made held = create("held");
    Shared list = new Shared("held", held, gone);
    gone.clear();

    assertNull(Shared.find(list, "gone", Made.class));
    assertSame(held, Shared.find(list, "held", Made.class));
    Shared rest = Shared.without(list, "another");
    assertSame(held, Shared.find(rest, "held", Made.class));
    assertNull(Shared.without(list, "held"));
  }

  private Made make(Object key) {
    return event.shared(key, Made.class, () -> create(key));
  }

  private Made create(Object key) {
    made.incrementAndGet();
    return new Made(key);
  }
}
