package dev.posthorn.examples.twonodes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TwoNodesTest {

  @Test
  void twoNodesShareTheWorkAndOneThatIsClosedLeavesNothingBehind() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    TwoNodes.run(new PrintStream(printed, true, UTF_8));

    String shown = printed.toString(UTF_8);
    for (String node : new String[] {"node-a", "node-b"}) {
      assertTrue(shown.contains(" from " + node + "\n"), () -> node + " sends:\n" + shown);
    }
    assertTrue(shown.endsWith("Each of the 2000 events was received exactly once.\n"), shown);
  }
}
