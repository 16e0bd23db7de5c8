package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Standard Webhooks 1.0.0 asks of a sender, over real sockets. */
class StandardWebhooksTest {
  private static final DeliveryContract CONTRACT = Contracts.standardWebhooks();
  private static final Secret KEY = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final Secret OTHER = Secret.of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
  private static final WebhookId HOOK = WebhookId.of("crm");
  private static final String DATA = "{\"order\":17}";
  private static final String USED_UP = "a delivery has used up all its attempts";
  private static final String GONE = "the endpoint answered 410 Gone";
  private static final Duration A_MILLISECOND = Duration.ofMillis(1);

  private static final String BODY =
      "{\"type\":\"task.updated\",\"timestamp\":\"2026-05-05T12:00:00Z\",\"data\":" + DATA + "}";

  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  private static WebhookSpec spec(ScriptedReceiver receiver) {
    return WebhookSpec.to(receiver.url()).id(HOOK).events("task.updated").secret(KEY);
  }

  private static DeliveryId publish(Rig rig, String id) {
    DeliveryId made = rig.publisher().publish(Rig.task(id, DATA)).deliveries().get(0);
    rig.settle();
    return made;
  }

  private static Rig withoutChance(double luck) {
    return Rig.start(CONTRACT, builder -> builder.randomness(new Luck(luck)));
  }

  @Test
  void theFirstRequestIsExactlyThis() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver();
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(
          """
          POST /hooks
          Accept-Encoding: identity
          Connection: Keep-Alive
          Content-Length: 78
          Content-Type: application/json
          Host: %s
          User-Agent: Posthorn/1.0
          webhook-id: %s
          webhook-signature: %s
          webhook-timestamp: 1777982400

          %s"""
              .formatted(
                  receiver.address(),
                  id,
                  Proof.v1(KEY.reveal(), id.value(), "1777982400", BODY),
                  BODY),
          Wire.of(receiver.request(1)));
      assertEquals(0, receiver.checks().size(), "no verification");
    }
  }

  @Test
  void nineRetriesComeOverThreeDaysEachSignedAnew() throws Exception {
    try (Rig rig = withoutChance(0.5)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      List<Instant> times = Schedule.isKept(rig, id, DELAYS.toArray(Duration[]::new));

      List<Seen> all = receiver.requests();
      Schedule.isOfTheSame(all, "webhook-timestamp", "webhook-signature");
      assertEquals(Schedule.seconds(times), Schedule.said("webhook-timestamp", all));
      assertEquals(10, new HashSet<>(Schedule.said("webhook-signature", all)).size());
      for (Seen seen : all) {
        assertEquals(id.value(), seen.header("webhook-id"));
        assertEquals(
            Proof.v1(KEY.reveal(), id.value(), seen.header("webhook-timestamp"), seen.text()),
            seen.header("webhook-signature"));
      }
      assertEquals(Duration.ofSeconds(15), CONTRACT.timeout());
    }
  }

  @Test
  void byBadLuckARetryComesATenthSooner() throws Exception {
    try (Rig rig = withoutChance(0)) {
      rig.receiver().thenFails(500);
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      Stream<Duration> sooner = DELAYS.stream().map(delay -> delay.multipliedBy(9).dividedBy(10));
      Schedule.isKept(rig, id, sooner.toArray(Duration[]::new));
    }
  }

  @Test
  void andBetweenThatAndATenthLaterOtherwise() throws Exception {
    for (double luck : new double[] {0.001, 0.25, 0.75, 0.999}) {
      try (Rig rig = withoutChance(luck)) {
        rig.receiver().thenFails(500);
        rig.registry().register(spec(rig.receiver()));
        publish(rig, "evt_1");
        rig.advance(Duration.ofMillis(4_500));
        assertEquals(1, rig.receiver().requests().size(), "not before: " + luck);
        rig.advance(Duration.ofSeconds(1));
        assertEquals(2, rig.receiver().requests().size(), "not after: " + luck);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void every2xxIsSuccess(int status) throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().answers(1, Answer.status(status));
      rig.registry().register(spec(rig.receiver()));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(publish(rig, "evt_1")).state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 404, 409, 415, 500, 503})
  void nothingElseIsAndOnlyGoneDisablesAtOnce(int status) throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().fails(1, status);
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled());
    }
  }

  @Test
  void goneDisablesAtOnceAndWhatIsHeldGoesOutAfterEnabling() throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 410);
      rig.registry().register(spec(receiver));
      DeliveryId refused = publish(rig, "evt_1");
      assertEquals(GONE, rig.registry().find(HOOK).orElseThrow().disabled());
      DeliveryId held = publish(rig, "evt_2");
      rig.advance(Duration.ofHours(2));
      assertEquals(1, receiver.requests().size());
      assertEquals(DeliveryState.HELD, rig.delivery(refused).state());
      assertEquals(DeliveryState.HELD, rig.delivery(held).state());
      assertEquals(List.of("disabling crm: " + GONE, "disabled crm: " + GONE), told.lines());

      rig.registry().enable(HOOK, Backlog.resume());
      rig.advance(Duration.ofSeconds(2));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(refused).state());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(held).state());
      assertArrayEquals(receiver.request(1).body(), receiver.request(2).body());
    }
  }

  @Test
  void aDeliveryThatFailedForThreeDaysDisablesTheWebhook() throws Exception {
    Told told = new Told();
    try (Rig rig =
        Rig.start(CONTRACT, builder -> builder.randomness(new Luck(0.5)).listener(told))) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId first = publish(rig, "evt_1");
      Duration all = DELAYS.stream().reduce(Duration.ZERO, Duration::plus);
      rig.advance(all.minus(A_MILLISECOND));
      DeliveryId later = publish(rig, "evt_2");
      assertEquals(List.of(), told.lines());
      rig.advance(A_MILLISECOND);
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(first).state());
      assertEquals(DeliveryState.HELD, rig.delivery(later).state());
      assertEquals(USED_UP, rig.registry().find(HOOK).orElseThrow().disabled());
      assertEquals(
          List.of("disabling crm: " + USED_UP, "disabled crm: " + USED_UP, "exhausted: evt_1"),
          told.lines());

      receiver.thenAccepts();
      rig.registry().enable(HOOK, Backlog.resume());
      rig.advance(Duration.ofSeconds(6));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(later).state());
    }
  }

  @Test
  void itsReceiverTakesWhatWasSentAndNothingElse() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      CloudEvent read = end.reads(seen, KEY);
      assertEquals(id.value(), read.getId(), "what receivers tell duplicates by");
      assertEquals("task.updated", read.getType());
      assertEquals(DATA, new String(Objects.requireNonNull(read.getData()).toBytes(), UTF_8));
      end.refuses(seen, OTHER);
      end.refusesChanged(seen, KEY);
      end.refusesLater(Duration.ofSeconds(301), seen, KEY);
    }
  }

  @Test
  void aReceiverWithAnotherKeyAnswers401UntilItHasTheRightOne() throws Exception {
    try (Rig rig = withoutChance(0.5)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver()));
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(OTHER), event -> {}));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(401, rig.attempts(id).get(0).outcome().status());
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(OTHER, KEY), event -> {}));
      rig.advance(Duration.ofSeconds(5));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void aReplayKeepsIdAndBytesAndHasASignatureOfItsOwn() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      rig.advance(Duration.ofDays(1));
      rig.log().replay(id);
      rig.settle();
      List<Seen> both = rig.receiver().requests();
      Schedule.isOfTheSame(both, "webhook-timestamp", "webhook-signature");
      assertNotEquals(
          both.get(0).header("webhook-signature"), both.get(1).header("webhook-signature"));
    }
  }

  @Test
  void bothKeysSignForADayAfterARotationAndAtOnceOnlyTheNewOneIfSoWanted() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      ScriptedReceiver receiver = rig.receiver();
      Secret first =
          rig.registry()
              .register(WebhookSpec.to(receiver.url()).id(HOOK).events("task.*"))
              .secret()
              .orElseThrow();
      Rotation rotation = rig.registry().rotate(HOOK);
      assertEquals(Rig.NOON.plus(Duration.ofHours(24)), rotation.previousUntil());
      for (Secret key : List.of(first, rotation.secret())) {
        String base64 = key.reveal().substring("whsec_".length());
        assertEquals(32, Base64.getDecoder().decode(base64).length, "generated");
      }
      rig.advance(Duration.ofHours(24).minus(A_MILLISECOND));
      DeliveryId during = publish(rig, "evt_1");
      assertEquals(during.value(), end.reads(receiver.request(1), first).getId());
      assertEquals(during.value(), end.reads(receiver.request(1), rotation.secret()).getId());

      rig.advance(A_MILLISECOND);
      publish(rig, "evt_2");
      end.refuses(receiver.request(2), first);

      Secret last = rig.registry().rotate(HOOK, Duration.ZERO).secret();
      publish(rig, "evt_3");
      end.refuses(receiver.request(3), first, rotation.secret());
      assertEquals("task.updated", end.reads(receiver.request(3), last).getType());
    }
  }

  /** The private key signs; receivers have the public one, with which nobody can sign. */
  @Test
  void anEd25519KeySignsAsV1a() throws Exception {
    Secret signing =
        Secret.of(
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicM"
                + "Fs6Kvg==");
    Secret verifying = Secret.of("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver()).secret(signing));
      DeliveryId id = publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      assertEquals(
          Proof.v1a(signing.reveal(), id.value(), "1777982400", BODY),
          seen.header("webhook-signature"));
      assertEquals(id.value(), end.reads(seen, verifying).getId());
      end.refusesChanged(seen, verifying);
    }
  }

  @Test
  void theBodyMayBeACloudEventInstead() throws Exception {
    DeliveryContract structured =
        CONTRACT.named("standard-cloudevents").body(BodyFormats.structured());
    try (Rig rig = Rig.start(structured)) {
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      assertEquals("application/cloudevents+json; charset=utf-8", seen.header("Content-Type"));
      assertEquals(
          Proof.v1(KEY.reveal(), id.value(), "1777982400", seen.text()),
          seen.header("webhook-signature"));
      assertEquals("evt_1", new OtherEnd(structured, rig.time).reads(seen, KEY).getId());
    }
  }

  @Test
  void aTestEventIsSignedToo() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.registry().register(spec(rig.receiver()));
      assertTrue(rig.registry().sendTest(HOOK).outcome().accepted());
      CloudEvent test = new OtherEnd(CONTRACT, rig.time).reads(rig.receiver().request(1), KEY);
      assertEquals("webhook.test", test.getType());
    }
  }
}
