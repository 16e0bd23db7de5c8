package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class UnforeseenTest {
  @Test
  void whatIsLoggedTellsKindAndPlaceAndNothingThatWasSent() {
    Exception failure =
        new IllegalStateException("X-Key: hunter2", new IllegalArgumentException("hunter2"));
    Throwable shown = Unforeseen.withoutMessage("java.lang.IllegalStateException", failure);
    StringWriter text = new StringWriter();
    shown.printStackTrace(new PrintWriter(text));
    assertEquals("java.lang.IllegalStateException", shown.getMessage());
    assertEquals(failure.getStackTrace()[0], shown.getStackTrace()[0]);
    assertFalse(text.toString().contains("hunter2"));
  }
}
