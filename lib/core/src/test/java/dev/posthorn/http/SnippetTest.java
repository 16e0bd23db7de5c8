package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnippetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/html; charset=utf-8",
        "application/json",
        "application/problem+json",
        "application/xml",
        "application/soap+xml",
        "text/plain; charset=nonsense",
      })
  void textIsShown(String type) {
    assertEquals("grüß 😀 Gott", snippet("grüß 😀 Gott", type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"image/png", "application/octet-stream", "application/pdf", "multipart/mixed"})
  void whatSaysItIsNoTextIsNot(String type) {
    assertEquals("", snippet("text all the same", type));
  }

  @Test
  void whatSaysNothingIsLookedAt() {
    assertEquals("plain", Snippet.of(bytes("plain"), null, null));
    assertEquals("", Snippet.of(bytes("pl\u0000ain"), null, null));
    assertEquals("", Snippet.of(new byte[] {(byte) 0x1f, (byte) 0x8b, 8, 0, 1, 2}, null, null));
    assertEquals("", Snippet.of(new byte[0], null, null));
    assertEquals("plain", Snippet.of(bytes("plain"), null, "identity"));
    assertEquals("", Snippet.of(bytes("plain"), null, "gzip"));
  }

  @Test
  void linesBecomeGapsAndControlCharactersGo() {
    String odd = "a\r\n\tb \u001b[31mred\u0085\u007f ".concat("x".repeat(100));
    assertEquals("a b [31mred ".concat("x".repeat(100)), snippet(odd, "text/plain"));
  }

  @Test
  void itEndsAfter1024CharactersAndNotWithinOne() {
    assertEquals("x".repeat(1024), snippet("x".repeat(5000), "text/plain"));
    assertEquals("x".repeat(1023), snippet("x".repeat(1023) + "😀", "text/plain"));
    assertEquals("x".repeat(1022) + "😀", snippet("x".repeat(1022) + "😀y", "text/plain"));
  }

  @Test
  void halfACharacterGoes() {
    byte[] cut = bytes("x".repeat(100) + "ü");
    byte[] half = java.util.Arrays.copyOf(cut, cut.length - 1);
    assertEquals("x".repeat(100), Snippet.of(half, null, null));
    byte[] lone = ("x".repeat(100) + "\ud83d" + "y").getBytes(StandardCharsets.UTF_16BE);
    assertEquals(
        "x".repeat(100) + "y",
        Snippet.of(lone, MediaType.get("text/plain; charset=utf-16be"), null));
  }

  @Test
  void theCharsetOfTheAnswerIsUsed() {
    assertEquals(
        "grüß",
        Snippet.of(
            "grüß".getBytes(Charset.forName("ISO-8859-1")),
            MediaType.get("text/plain; charset=iso-8859-1"),
            null));
  }

  private static String snippet(String text, String type) {
    return Snippet.of(bytes(text), MediaType.get(type), null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
