package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.canary.Canary;
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
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The keys that Posthorn makes, under every preset, and the query of the URL, while an endpoint
 * does all that endpoints do wrong, and says all that it was told: nobody else gets to see them.
 * What is logged and printed meanwhile, the canary looks at.
 */
class EveryPresetSecretsTest {
  private static final String ORIGIN = "events.acme.example";
  private static final String QUERY = "canary-query-9b1e77d2c4";
  private static final String HEADER = "canary-header-5d20c1f7ab";
  private static final String BEARER = "canary-bearer-03fe8a6c71";
  private static final Duration QUICK = Duration.ofMillis(400);

  private final List<String> shown = new CopyOnWriteArrayList<>();

  private final DeliveryListener listener =
      new DeliveryListener() {
        @Override
        public void attempted(Delivery delivery, Attempt attempt) {
          show(delivery, attempt, attempt.outcome(), attempt.snippet());
        }

        @Override
        public void delivered(Delivery delivery) {
          show(delivery);
          throw new IllegalStateException("a listener that fails is logged");
        }

        @Override
        public void exhausted(Delivery delivery) {
          show(delivery);
        }

        @Override
        public void disabling(WebhookId webhook, String why) {
          show(webhook, why);
        }

        @Override
        public void disabled(WebhookId webhook, String why) {
          show(webhook, why);
        }
      };

  static Stream<DeliveryContract> presets() {
    return Stream.of(Contracts.class.getMethods())
        .filter(method -> method.getReturnType() == DeliveryContract.class)
        .map(EveryPresetSecretsTest::made);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void areShownToNobody(DeliveryContract preset) throws Exception {
    try (RawReceiver receiver =
            new RawReceiver()
                .checkedBy(echo(200))
                .then(echo(500))
                .then(echo(302))
                .then(RawAnswer.hang())
                .then(RawAnswer.reset())
                .then(echo(429))
                .then(echo(200))
                .then(echo(400))
                .otherwise(echo(410));
        Rig rig = Rig.start(preset.timeout(QUICK), builder -> builder.listener(listener))) {
      String url = receiver.url() + "?token=" + QUERY;
      plant(Secret.of(HEADER));
      plant(Secret.of(BEARER));
      WebhookSpec spec = headed(WebhookSpec.to(url).events("task.updated"), preset);
      Registration made = rig.registry().register(spec);
      plant(made.secret().orElseThrow());
      show(spec, made, made.webhook(), made.webhook().spec(), rig.registry().verify(made.id()));
      drive(rig, made.id(), "before");
      Rotation rotation = rig.registry().rotate(made.id());
      plant(rotation.secret());
      show(rotation, rotation.webhook());
      drive(rig, made.id(), "after");
      show(rig.registry().sendTest(made.id()));
      StoredWebhook stored = rig.store.webhooks().find(Tenant.DEFAULT, made.id()).orElseThrow();
      show(stored, stored.keys(), stored.secrets(Rig.NOON), stored.webhook());
      refusals(rig, made.id(), rotation.secret());
      show(rig.posthorn, rig.posthorn.health(), rig.registry().list(Page.first(9)));
      assertTrue(receiver.posts().size() > 8, "the endpoint heard: " + receiver.posts().size());
      assertTrue(receiver.posts().stream().allMatch(post -> post.line().contains(QUERY)));
      assertTrue(receiver.posts().stream().allMatch(post -> post.wire().contains(HEADER)));
    }
    assertTrue(shown.stream().anyMatch(text -> text.contains("Host: ")), "the endpoint did echo");
    shown.forEach(text -> assertNull(Canary.in(text), text));
  }

  @Test
  void aPlantedSecretWouldBeFound() {
    Secret key = presets().findFirst().orElseThrow().wire().authentication().newKey(new Random(1));
    plant(key);
    assertNotNull(Canary.in("an answer with " + key.reveal() + " inside"));
    assertNotNull(Canary.in(deep(new IllegalStateException("x", new Exception(QUERY)))));
  }

  /** A sender of the host's own that breaks every promise, and says what it was given. */
  @Test
  void whatAHostsOwnSenderThrowsIsNotShown() {
    WebhookSender broken =
        new WebhookSender() {
          @Override
          public Exchange send(Request request) {
            IllegalStateException failure =
                new IllegalStateException("sending " + request.headers() + " to " + request.url());
            failure.addSuppressed(new IllegalStateException(request.headers().toString()));
            throw failure;
          }

          @Override
          public void close() {}
        };
    DeliveryContract contract = Contracts.signedJson().wire(Contracts.oneHorizon().wire());
    try (Rig rig = Rig.start(contract, builder -> builder.sender(broken).listener(listener))) {
      Registration made =
          rig.registry()
              .register(WebhookSpec.to("https://hooks.example.com/?token=" + QUERY).allEvents());
      plant(made.secret().orElseThrow());
      DeliveryId id = rig.publish("evt_1");
      rig.advance(Duration.ofHours(1));
      show(rig.explain(id), rig.attempts(id), rig.registry().sendTest(made.id()));
    }
    shown.forEach(text -> assertNull(Canary.in(text), text));
  }

  private void drive(Rig rig, WebhookId webhook, String name) {
    for (int i = 0; i < 3; i++) {
      rig.publish(name + i);
    }
    rig.advance(Duration.ofHours(3));
    for (Delivery delivery : rig.deliveries(webhook)) {
      show(delivery, rig.explain(delivery.id()), rig.attempts(delivery.id()));
    }
    rig.registry()
        .find(webhook)
        .filter(one -> !one.enabled())
        .ifPresent(one -> rig.registry().enable(webhook, Backlog.resume()));
  }

  private void refusals(Rig rig, WebhookId id, Secret key) {
    WebhookSpec good = WebhookSpec.to("https://hooks.example.com/").events("task.updated");
    List<WebhookSpec> bad =
        List.of(
            good.url("https://10.0.0.1/?token=" + QUERY),
            good.url("https://user:" + QUERY + "@hooks.example.com/"),
            good.url("https://hooks.example.com/?" + QUERY + "{"),
            good.url("ftp://hooks.example.com/?" + QUERY));
    for (WebhookSpec spec : bad) {
      show(
          spec,
          assertThrows(InvalidWebhookException.class, () -> rig.registry().register(spec)),
          assertThrows(InvalidWebhookException.class, () -> rig.registry().update(id, b -> spec)));
    }
    for (String odd : List.of("\r\nX: y", " ", key.reveal().repeat(200))) {
      show(register(rig, good.secret(Secret.of(key.reveal() + odd))));
    }
  }

  /**
   * With the headers that customers put their own keys into, as far as the contract leaves them.
   */
  private static WebhookSpec headed(WebhookSpec spec, DeliveryContract preset) {
    WebhookSpec headed = spec.header("X-Api-Key", Secret.of(HEADER));
    boolean free = !preset.name().equals("cloudevents");
    return free ? headed.header("Authorization", Secret.of("Bearer " + BEARER)) : headed;
  }

  /** What a key may be is each preset's own. */
  private static Object register(Rig rig, WebhookSpec spec) {
    try {
      return rig.registry().register(spec);
    } catch (InvalidWebhookException refused) {
      return refused;
    }
  }

  private static void plant(Secret key) {
    Canary.plant(key.reveal());
    Canary.plant(key.reveal().replaceFirst("^wh[a-z]+_", ""));
  }

  private void show(Object... things) {
    for (Object thing : things) {
      shown.add(thing instanceof Throwable failure ? deep(failure) : thing.toString());
    }
  }

  /** With causes, what was suppressed, and the whole trace. */
  private static String deep(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private static RawAnswer echo(int status) {
    return (request, connection) ->
        RawAnswer.text(
                status,
                "the token is " + QUERY + "\n" + request.wire(),
                "Content-Type: text/plain",
                "WebHook-Allowed-Origin: *",
                "Location: /?" + QUERY)
            .to(request, connection);
  }

  private static DeliveryContract made(Method preset) {
    try {
      Object[] origin = preset.getParameterCount() == 0 ? new Object[0] : new Object[] {ORIGIN};
      return (DeliveryContract) preset.invoke(null, origin);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no preset: " + preset, e);
    }
  }
}
