package dev.posthorn.examples.owncontract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OwnContractTest {
  private static final Pattern SIGNATURE = Pattern.compile("t=[0-9]{10},v1=[0-9a-f]{64}\n");

  private String shown = "";

  @BeforeEach
  void run() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    OwnContract.run(new PrintStream(printed, true, UTF_8));
    shown = printed.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void bothContractsAreSpokenAndWhatFailsIsRetried() {
    for (String line :
        List.of(
            "POST /acme\n",
            "User-agent: Acme-Webhooks/2.0\n",
            "Acme-signature: t=",
            "Acme-attempt: 1\n",
            "-> answered 204, which is no success here\n",
            "Acme-attempt: 2\n",
            "POST /one\n",
            "User-agent: One-Horizon-Webhooks/1.0\n",
            "X-one-event-type: order.paid\n",
            "-> taken: order.paid\n")) {
      assertTrue(shown.contains(line), () -> "shows " + line + " in\n" + shown);
    }
    assertTrue(
        shown.endsWith(
            """
            The log of the webhook with Acme's contract:
              attempt 1: the endpoint answered 204
              attempt 2: the endpoint answered 200
              DELIVERED
            and of the one with One Horizon's:
              attempt 1: the endpoint answered 200
              DELIVERED
            """),
        shown);
    assertEquals(2, shown.split("-> taken: ", -1).length - 1, "each once");
  }

  @Test
  void noKeyIsShown() {
    assertTrue(shown.contains("X-one-webhook-key: (not shown)\n"), shown);
    assertEquals(2, SIGNATURE.matcher(shown).results().count(), "two attempts, two signatures");
    String rest = SIGNATURE.matcher(shown).replaceAll("");
    assertFalse(Pattern.compile("[A-Za-z0-9_+/=-]{40,}").matcher(rest).find(), rest);
  }
}
