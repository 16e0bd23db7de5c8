package dev.posthorn.examples.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

  @Test
  void everyButtonDoesWhatItSays() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SettingsPage.visit(new PrintStream(printed, true, UTF_8));
    String shown = printed.toString(UTF_8);
    for (String line :
        List.of(
            "types to choose from: [task.created, task.updated, comment.created]\n",
            "did you mean \"task.created\"?",
            "created; its key, shown this once: ",
            "on the list: Orders\n",
            "verified: HEAD answered 204",
            "test event: the endpoint answered 204\n",
            "EXHAUSTED  It was given up, because all attempts are used up. Attempt 2: the endpoint"
                + " answered 503.\n",
            "all others too: 2\n",
            "the old one is used until: null\n",
            "switched off: It is held. The webhook is disabled: switched off by its owner.\n",
            "switched on: It was delivered: the endpoint answered 204.\n",
            "cleared from the log: 5\n",
            "deleted; left on the list: 0\n")) {
      assertTrue(shown.contains(line), () -> "shows " + line + " in\n" + shown);
    }
  }
}
