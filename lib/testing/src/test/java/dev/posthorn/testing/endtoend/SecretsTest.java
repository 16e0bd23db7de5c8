package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Target;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A planted key, a planted query and a planted header turn up nowhere but on the wire. */
class SecretsTest {
  private static final String KEY = "canary-key-7f3a91c2d4";
  private static final String QUERY = "canary-query-55d0e8b1";
  private static final String TOKEN = "canary-token-c07e11d9";
  private static final Logger OKHTTP = Logger.getLogger("okhttp3");

  /** What anybody but the receiver gets to see. */
  private final List<String> shown = new CopyOnWriteArrayList<>();

  private final DeliveryListener listener =
      new DeliveryListener() {
        @Override
        public void attempted(Delivery delivery, Attempt attempt) {
          shown.add(delivery + " " + attempt);
        }

        @Override
        public void exhausted(Delivery delivery) {
          shown.add(delivery.toString());
          throw new IllegalStateException("a listener that fails is logged");
        }

        @Override
        public void disabled(WebhookId webhook, String why) {
          shown.add(webhook + " " + why);
        }
      };

  /** Says all that it was told, as error pages do. */
  private static RawAnswer echo(int status) {
    return (request, connection) ->
        RawAnswer.text(
                status,
                request.wire() + "\n" + "x".repeat(200),
                "Content-Type: text/plain",
                "Location: /" + KEY,
                "X-Echo: " + KEY)
            .to(request, connection);
  }

  private static RawAnswer raw(String text) {
    return (request, connection) -> {
      connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      connection.close();
    };
  }

  @Test
  void plantedSecretsAreNowhere() throws Exception {
    Handler handler = okHttpLog();
    OKHTTP.addHandler(handler);
    OKHTTP.setLevel(Level.ALL);
    DeliveryContract quick = Contracts.oneHorizon().timeout(Duration.ofMillis(500));
    try (RawReceiver receiver =
            new RawReceiver()
                .then(echo(500))
                .then(RawAnswer.hang())
                .then(RawAnswer.reset())
                .then(raw("HTTP/1.1 " + KEY + "\r\n\r\n"))
                .then(raw("HTTP/1.1 200 OK\r\nContent-Length: " + KEY + "\r\n\r\n"))
                .then(echo(307))
                .then(RawAnswer.status(429, "Retry-After: " + KEY))
                .then(raw("HTTP/1.1 200 OK\r\nSet-Cookie: " + KEY))
                .otherwise(echo(200));
        Rig rig = Rig.start(quick, builder -> builder.listener(listener))) {
      WebhookSpec spec =
          WebhookSpec.to(receiver.url() + "?token=" + QUERY)
              .events("task.*")
              .secret(Secret.of(KEY))
              .header("Authorization", Secret.of("Bearer " + TOKEN));
      receiver.checkedBy(echo(500));
      Registration made = rig.registry().register(spec);
      show(spec, made, made.webhook(), made.webhook().spec(), rig.registry().verify(made.id()));
      receiver.checkedBy(echo(200));
      show(rig.registry().verify(made.id()));

      for (int i = 0; i < 4; i++) {
        read(rig, rig.publish("evt_" + i));
      }
      rig.advance(Duration.ofMinutes(6));
      rig.deliveries(made.id()).forEach(one -> read(rig, one.id()));
      assertTrue(
          rig.deliveries(made.id()).stream().anyMatch(one -> one.attempts() > 2),
          "there were failures");

      show(rig.registry().sendTest(made.id()));
      refused(rig, spec, made.id());
      rig.registry().disable(made.id(), "maintenance");
      show(rig.registry().list(Page.first(9)), rig.log().explain(made.id()));
      rig.registry().enable(made.id(), Backlog.resume());
      StoredWebhook stored = rig.store.webhooks().find(Tenant.DEFAULT, made.id()).orElseThrow();
      show(stored, new Target(stored, URI.create(stored.webhook().url()), quick));
      show(rig.posthorn.health(), rig.publisher(), rig.registry(), rig.log(), rig.posthorn);

      assertTrue(
          receiver.posts().stream()
              .allMatch(
                  post ->
                      post.line().contains(QUERY)
                          && post.header("X-One-Webhook-Key").equals(KEY)
                          && post.header("Authorization").equals("Bearer " + TOKEN)),
          "on the wire they are");
    } finally {
      OKHTTP.removeHandler(handler);
    }
    shown.addAll(KeptLog.lines());
    assertTrue(shown.stream().anyMatch(line -> line.contains("Posthorn \"rig\": contracts")));
    assertTrue(shown.stream().anyMatch(line -> line.contains("X-One-Webhook-Key: [redacted]")));
    for (String line : shown) {
      assertFalse(line.contains("canary-"), line);
    }
  }

  @Test
  void aSecretThatTheEndOfASnippetCutsInTwoIsHiddenToo() throws Exception {
    String filler = "x".repeat(1024 - 12);
    try (RawReceiver receiver =
            new RawReceiver().then(RawAnswer.text(500, filler + KEY, "Content-Type: text/plain"));
        Rig rig = Rig.start()) {
      rig.hook(WebhookSpec.to(receiver.url()).allEvents().secret(Secret.of(KEY)));
      DeliveryId id = rig.publish("evt_1");
      assertEquals(filler + "[redacted]", rig.attempts(id).get(1).snippet());
    }
  }

  private void refused(Rig rig, WebhookSpec spec, WebhookId id) {
    String denied = "https://10.0.0.1/?token=" + QUERY;
    List<WebhookSpec> bad =
        List.of(
            spec.url(denied),
            spec.url("https://user:" + QUERY + "@example.com/"),
            spec.url("https://example.com/#" + QUERY),
            spec.url("ftp://example.com/?" + QUERY),
            spec.url("https://example.com:1/?" + QUERY),
            spec.header("X-One-Team", Secret.of(TOKEN)),
            spec.timeout(Duration.ofDays(1)),
            spec.secret(Secret.of(KEY + "\n")),
            spec.secret(Secret.of(KEY.repeat(100))));
    for (WebhookSpec one : bad) {
      show(
          one,
          assertThrows(InvalidWebhookException.class, () -> rig.registry().register(one)),
          assertThrows(
              InvalidWebhookException.class, () -> rig.registry().update(id, before -> one)));
    }
  }

  private void read(Rig rig, DeliveryId id) {
    show(rig.explain(id), rig.delivery(id), rig.attempts(id));
  }

  private void show(Object... things) {
    for (Object thing : things) {
      shown.add(thing.toString());
    }
  }

  private Handler okHttpLog() {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        shown.add(line.getMessage() + " " + line.getThrown());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
