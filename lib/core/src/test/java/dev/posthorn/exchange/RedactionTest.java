package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an answer is not kept. */
class RedactionTest {
  private static final String URL =
      "https://hooks.example.com/in?user=acme&token=tok-123456%2B&a=b&flag&sig=0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key newest-key-1 is wrong | key [redacted] is wrong",
        "key older-key-22 is wrong | key [redacted] is wrong",
        "POST /in?user=acme&token=tok-123456%2B&a=b&flag&sig=0123456789abcdef | POST /in?[redacted]",
        "bad token tok-123456%2B, user acme | bad token [redacted], user acme",
        "bad token \"tok-123456+\" | bad token \"[redacted]\"",
        "{\"sig\":\"0123456789abcdef\"} | {\"sig\":\"[redacted]\"}",
        "the signature began with 0123456789ab | the signature began with [redacted]",
        "a=b is fine | a=b is fine",
      })
  void secretsThatWereSentAreHidden(String said, String kept) {

    assertEquals(kept, Redaction.of(target(URL), said));
  }

  @Test
  void aQueryOfOddFormIsNoTrouble() {
    for (String query :
        List.of("", "&", "=", "&&=&", "a", "=12345678", "12345678", "a=%20%20%20")) {
      String url = "https://hooks.example.com/?" + query;
      String kept = Redaction.of(target(url), "said 12345678");
      assertFalse(query.contains("12345678") && kept.contains("12345678"), kept);
    }
  }

  @Test
  void whatIsEchoedEscapedIsHiddenToo() {
    String secret = "a/\"b&c<d>'e\\f\tg-0123";
    for (String echo :
        List.of(
            secret,
            "a/\\\"b&c<d>'e\\\\f\tg-0123",
            "a\\/\\\"b&c<d>'e\\\\f\tg-0123",
            "a/&quot;b&amp;c&lt;d&gt;&#39;e\\f\tg-0123",
            "a/&quot;b&amp;c&lt;d&gt;&#039;e\\f\tg-0123",
            secret.replace('\t', ' '))) {
      String kept = Redaction.of(keyed(secret), "you sent " + echo + " just now");
      assertEquals("you sent [redacted] just now", kept);
    }
  }

  private static Target keyed(String secret) {
    StoredWebhook sample = Samples.webhook("wh_1", Tenant.DEFAULT, "onehorizon", "*");
    List<StoredKey> keys = List.of(StoredKey.newest(Secret.of(secret)));
    StoredWebhook stored = new StoredWebhook(sample.webhook(), keys, null, null, 1);
    return new Target(stored, URI.create("https://hooks.example.com/"), Contracts.oneHorizon());
  }

  private static Target target(String url) {
    StoredWebhook sample = Samples.webhook("wh_1", Tenant.DEFAULT, "onehorizon", "*");
    List<StoredKey> keys =
        List.of(
            StoredKey.newest(Secret.of("newest-key-1")),
            new StoredKey(Secret.of("older-key-22"), Instant.EPOCH));
    StoredWebhook stored = new StoredWebhook(sample.webhook(), keys, null, null, 1);
    return new Target(stored, URI.create(url), Contracts.oneHorizon());
  }
}
