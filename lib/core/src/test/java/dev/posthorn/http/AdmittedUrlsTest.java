package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.webhook.EndpointPolicy;
import java.net.URI;
import java.util.Objects;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Verdicts that are remembered are those of the very URL. */
class AdmittedUrlsTest {
  private final AdmittedUrls urls = new AdmittedUrls(EndpointPolicy.standard());

  @Test
  void urlsWhoseEscapesDifferInCaseAreTwo() {
    for (String text : new String[] {"https://a.example/%2f?%c3", "https://a.example/%2F?%C3"}) {
      for (int i = 0; i < 2; i++) {
        HttpUrl admitted = urls.admit(URI.create(text));
        assertEquals(text, Objects.requireNonNull(admitted).toString());
      }
    }
  }

  @Test
  void aRefusalIsNotRemembered() {
    assertNull(urls.admit(URI.create("https://10.0.0.1/")));
    assertEquals(0, urls.size());
    HttpUrl first = urls.admit(URI.create("https://a.example/"));
    assertSame(first, urls.admit(URI.create("https://a.example/")));
    assertEquals(1, urls.size());
  }

  @Test
  void strangersUrlsDoNotFillTheMemory() {
    for (int i = 0; i < 5_000; i++) {
      urls.admit(URI.create("https://a.example/" + i));
    }
    assertTrue(urls.size() <= 1024, "remembered: " + urls.size());
  }
}
