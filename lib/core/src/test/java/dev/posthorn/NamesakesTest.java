package dev.posthorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.memory.InMemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Instances of one application have one name, and are still told apart by the store. */
class NamesakesTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  @Test
  void twoInstancesOfOneNameAreTwoLiveNodes() {
    InMemoryStore shared = InMemoryStore.create(Clock.systemUTC());
    try (Posthorn one = Posthorn.builder().name("shop").store(shared).build().start();
        Posthorn two = Posthorn.builder().name("shop").store(shared).build().start()) {
      assertTrue(one.settle(AMPLE) && two.settle(AMPLE));
      List<String> nodes = one.health().liveNodes();
      assertEquals(2, nodes.size(), () -> "live nodes: " + nodes);
      assertTrue(
          nodes.stream().allMatch(node -> node.matches("shop-[0-9a-z]{8}")),
          () -> "live nodes: " + nodes);
      assertEquals(nodes, two.health().liveNodes());
    }
  }
}
