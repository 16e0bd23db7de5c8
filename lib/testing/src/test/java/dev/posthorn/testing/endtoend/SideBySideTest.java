package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Webhooks of all contracts in one registry, which get one event, each in its own form. */
class SideBySideTest {
  private static final int EACH = 3;

  private final Queue<Made> encodings = new ConcurrentLinkedQueue<>();
  private final List<DeliveryContract> contracts = new ArrayList<>();

  SideBySideTest() {
    for (DeliveryContract preset :
        List.of(
            Contracts.oneHorizon(),
            Contracts.signedJson(),
            Contracts.organisation(),
            Contracts.notification(),
            Contracts.standardWebhooks(),
            Contracts.cloudEvents("events.acme.example"))) {
      contracts.add(preset.body(new Counted(preset.wire().body(), encodings)));
    }
  }

  /** A body, held to the end: an event shares it only for as long as somebody holds it. */
  private record Made(String by, BodyFormat.Encoded body) {}

  /** A format that says when it is asked; equal to those that write the same. */
  private record Counted(BodyFormat format, Queue<Made> asked) implements BodyFormat {
    @Override
    public Encoded encode(CanonicalEvent event, String webhookId) {
      Encoded body = format.encode(event, webhookId);
      asked.add(new Made(format.perWebhook() ? "for one webhook" : format.toString(), body));
      return body;
    }

    @Override
    public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
      return format.decode(prefix, headers, body);
    }

    @Override
    public boolean perWebhook() {
      return format.perWebhook();
    }
  }

  private Rig start() {
    return Rig.start(
        contracts.get(0),
        builder -> {
          contracts.subList(1, contracts.size()).forEach(builder::contract);
          return builder;
        });
  }

  /** Some webhooks of each contract, each with a path of its own. */
  private Map<String, Registration> register(Rig rig) {
    Map<String, Registration> made = new HashMap<>();
    for (DeliveryContract contract : contracts) {
      for (int i = 0; i < EACH; i++) {
        String path = "/" + contract.name() + "/" + i;
        made.put(
            path,
            rig.hook(
                WebhookSpec.to(rig.receiver().url(path))
                    .events("task.updated")
                    .contract(contract.name())));
      }
    }
    return made;
  }

  @Test
  void eachGetsItsOwnFormAndItsReceiverTakesItFromNoOther() throws Exception {
    try (Rig rig = start()) {
      Map<String, Registration> hooks = register(rig);
      rig.receiver().thenAnswers(Answer.status(200));
      assertEquals(18, rig.publisher().publish(Rig.task("evt_1")).deliveries().size());
      rig.settle();
      assertEquals(18, rig.receiver().requests().size());
      for (DeliveryContract contract : contracts) {
        OtherEnd end = new OtherEnd(contract, rig.time);
        for (Seen seen : of(contract, rig.receiver())) {
          Secret key = Objects.requireNonNull(hooks.get(seen.path())).secret().orElseThrow();
          assertEquals("task.updated", end.reads(seen, key).getType());
          end.refuses(seen, contract.wire().authentication().newKey(new Random(7)));
        }
      }
      for (Registration hook : hooks.values()) {
        List<Delivery> log = rig.deliveries(hook.id());
        assertEquals(1, log.size());
        assertEquals(DeliveryState.DELIVERED, log.get(0).state());
      }
    }
  }

  @Test
  void theBodyIsEncodedOncePerFormatThatTheyShare() throws Exception {
    try (Rig rig = start()) {
      register(rig);
      rig.receiver().thenWaits(); // so that all are under way at the same time
      List<DeliveryId> all = rig.publisher().publish(Rig.task("evt_1")).deliveries();
      rig.receiver().awaitRequests(all.size());
      rig.receiver().letGo();
      rig.settle();

      Map<String, Long> counts =
          encodings.stream()
              .collect(Collectors.groupingBy(Made::by, TreeMap::new, Collectors.counting()));
      assertEquals(
          List.of(1L, 1L, 2L * EACH),
          counts.values().stream().sorted().toList(),
          () ->
              "structured and Standard Webhooks' once, those with the webhook's id for each: "
                  + counts);
      assertEquals(2L * EACH, counts.get("for one webhook"));
      assertSame(rig, "onehorizon", "notification", "cloudevents");
      assertSame(rig, "standard-webhooks");
      assertTrue(of(contracts.get(1), rig.receiver()).get(0).text().contains("\"webhook_id\""));
    }
  }

  private void assertSame(Rig rig, String... names) {
    byte[] first = of(named(names[0]), rig.receiver()).get(0).body();
    for (String name : names) {
      List<Seen> seen = of(named(name), rig.receiver());
      assertEquals(EACH, seen.size());
      seen.forEach(one -> assertArrayEquals(first, one.body()));
    }
  }

  private DeliveryContract named(String name) {
    return contracts.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Seen> of(DeliveryContract contract, ScriptedReceiver receiver) {
    String start = "/" + contract.name() + "/";
    return receiver.requests().stream().filter(seen -> seen.path().startsWith(start)).toList();
  }
}
