package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.WebhookSender.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What a {@code WebhookSender} promises of the text that it keeps of an answer. */
abstract class SnippetCompatibility extends AnswerCompatibility {

  @Test
  void textIsReadInItsCharset() {
    String text = "grüß Gott";
    assertEquals(text, snippet("text/plain; charset=utf-8", bytes(text)), "UTF-8");
    assertEquals(text, snippet("application/json", bytes(text)), "UTF-8 where none is named");
    assertEquals(
        text,
        snippet("text/html; charset=ISO-8859-1", text.getBytes(StandardCharsets.ISO_8859_1)),
        "a charset that is named is used");
    assertEquals(
        "plain",
        snippet("text/plain; charset=no-such-charset", bytes("plain")),
        "a charset that nobody knows is read as UTF-8");
  }

  @Test
  void itIsShortAndEndsWithAWholeCharacter() {
    for (String text :
        List.of(
            "x".repeat(1024),
            "x".repeat(1025),
            "x".repeat(1023) + "😀",
            "x".repeat(1022) + "😀y",
            "😀".repeat(600),
            "ü".repeat(5000))) {
      String snippet = snippet("text/plain; charset=utf-8", bytes(text));
      assertTrue(snippet.length() <= 1024, "a snippet has at most 1,024 characters");
      assertTrue(snippet.length() >= 1023, "a snippet is as long as it may be");
      assertTrue(text.startsWith(snippet), "a snippet is the beginning of the text");
      assertClean(snippet);
    }
  }

  @Test
  void itHoldsNothingThatHurtsAStoreOrAScreen() {
    StringBuilder odd = new StringBuilder("begin ");
    for (char c = 1; c < 0xa0; c++) {
      odd.append("some words between ").append(c);
    }
    assertClean(snippet("text/plain; charset=utf-8", bytes(odd.toString())));
    byte[] halves = "a\ud83d b \ude00c".getBytes(Charset.forName("UTF-16BE"));
    assertClean(snippet("text/plain; charset=utf-16be", halves));
    byte[] surrogate = bytes("some words and then ???, and more words");
    surrogate[20] = (byte) 0xed;
    surrogate[21] = (byte) 0xa0;
    surrogate[22] = (byte) 0xbd;
    assertClean(snippet("text/plain", surrogate));
  }

  @Test
  void whatIsNotTextHasNone() {
    byte[] binary = new byte[600];
    for (int i = 0; i < binary.length; i++) {
      binary[i] = (byte) i;
    }
    for (String type :
        List.of("image/png", "application/octet-stream", "text/plain", "application/json")) {
      assertEquals("", snippet(type, binary), () -> "bytes that are not text are none: " + type);
    }
    assertEquals("", snippet("image/png", bytes("text?")), "what says it is not text is not");
  }

  @Test
  void compressedAnswersAreNotInflated() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(bytes("inflated".repeat(1_000_000)));
    }
    for (String coding : List.of("gzip", "deflate", "br", "x-unknown")) {
      String snippet = snippet("text/plain\r\nContent-Encoding: " + coding, bomb.toByteArray());
      assertEquals("", snippet, () -> "a compressed answer has no snippet: " + coding);
    }
  }

  private String snippet(String type, byte[] body) {
    receiver.does(
        wire -> {
          wire.read();
          wire.answer("200 OK\r\nConnection: close\r\nContent-Type: " + type, body);
        });
    Exchange exchange = post();
    assertEquals(200, exchange.status(), "an answer counts, whatever its text is");
    return exchange.snippet();
  }

  private static void assertClean(String snippet) {
    assertFalse(
        snippet.chars().anyMatch(Character::isISOControl),
        () -> "a snippet has no control characters: " + snippet);
    assertEquals(
        snippet,
        new String(bytes(snippet), StandardCharsets.UTF_8),
        "a snippet has no lone surrogates");
  }
}
