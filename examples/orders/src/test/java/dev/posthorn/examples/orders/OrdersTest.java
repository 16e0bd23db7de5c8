package dev.posthorn.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OrdersTest {

  @Test
  void aKilledShopLosesNoOrderAndSendsNoneThatWasRolledBack() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Tally tally = Orders.run(new PrintStream(printed, true, UTF_8));

    String shown = printed.toString(UTF_8);
    assertEquals(0, tally.lost(), shown);
    assertEquals(0, tally.phantoms(), shown);
    long killedAt = 100;
    assertTrue(tally.committed() >= killedAt + 320, () -> "of both runs: " + shown);
    assertTrue(tally.begun() >= tally.committed() + 80, () -> "rolled back, too: " + shown);
    assertTrue(
        shown.endsWith("Every committed order was received, and none that was rolled back.\n"),
        shown);
  }
}
