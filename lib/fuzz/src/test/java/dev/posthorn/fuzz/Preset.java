package dev.posthorn.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.receiver.WebhookReceiver;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A contract of {@link Contracts}, a key, a receiver, and requests that the key has signed. */
final class Preset {
  private static final Instant AT = Instant.parse("2026-05-05T12:00:00Z");

  /** All that there are, so that a new one is fuzzed too; by name, so that seeds keep theirs. */
  static final List<Preset> ALL = all();

  private final DeliveryContract contract;
  private final Secret key;
  private final WebhookReceiver receiver;
  private final List<Request> signed = new ArrayList<>();

  private Preset(int number, DeliveryContract contract) {
    this.contract = contract;
    key = contract.wire().authentication().newKey(new Random(number));
    receiver = WebhookReceiver.of(contract, key).clock(Clock.fixed(AT, ZoneOffset.UTC));
    for (CloudEvent event : events()) {
      Message message =
          new Message(
              "dlv_1",
              "wh_1",
              event.getId(),
              event.getSource().toString(),
              event.getType(),
              AT,
              1,
              FailureReason.HTTP_ERROR);
      CanonicalEvent content = CanonicalEvent.of(event, AT, 256 * 1024);
      WireFormat.Encoded sent = contract.wire().encode(content, message, List.of(key));
      Map<String, List<String>> headers = new TreeMap<>();
      sent.headers().forEach((name, value) -> headers.put(name, List.of(value)));
      signed.add(new Request(number, headers, sent.body()));
    }
  }

  String name() {
    return contract.name();
  }

  WebhookReceiver receiver() {
    return receiver;
  }

  /** Valid ones. */
  List<Request> seeds() {
    return signed;
  }

  /**
   * Fails unless the request carries what only the holder of the key can have made: the key itself,
   * or the signature of exactly this body.
   */
  void requireProof(Request request) {
    boolean shows =
        request.headers().values().stream().anyMatch(values -> values.contains(key.reveal()));
    boolean proves =
        signed.stream()
            .anyMatch(
                one -> Arrays.equals(one.body(), request.body()) && sharesProof(one, request));
    ReceiverFuzz.require(shows || proves, name() + " took what nobody signed: " + request);
  }

  /** At least one signature is the same, however its digits are written. */
  private static boolean sharesProof(Request one, Request other) {
    List<byte[]> given = signatures(other);
    return signatures(one).stream()
        .anyMatch(proof -> given.stream().anyMatch(each -> Arrays.equals(proof, each)));
  }

  private static List<byte[]> signatures(Request request) {
    return request.headers().values().stream()
        .flatMap(List::stream)
        .flatMap(value -> Stream.of(value.split("[^A-Za-z0-9+/]", -1)))
        .filter(word -> word.length() >= 40)
        .map(Preset::decoded)
        .filter(bytes -> bytes.length > 0)
        .toList();
  }

  /** Hexadecimal digits in either case, or base64 with or without its end. */
  private static byte[] decoded(String word) {
    if (word.matches("[0-9a-fA-F]{64}")) {
      return HexFormat.of().parseHex(word.toLowerCase(Locale.ROOT));
    }
    try {
      return Base64.getDecoder().decode(word);
    } catch (IllegalArgumentException e) {
      return new byte[0]; // no signature
    }
  }

  private static List<CloudEvent> events() {
    CloudEventBuilder event =
        CloudEventBuilder.v1()
            .withId("evt_1")
            .withSource(URI.create("/tasks"))
            .withType("task.created")
            .withTime(AT.atOffset(ZoneOffset.UTC));
    return List.of(
        event.withData("application/json", "{\"a\":[1.10,null,\"Größe\"]}".getBytes(UTF_8)).build(),
        event.withId("evt 2").withData("application/json", "0".getBytes(UTF_8)).build());
  }

  private static List<Preset> all() {
    List<DeliveryContract> contracts = new ArrayList<>();
    for (Method method : Contracts.class.getMethods()) {
      boolean preset =
          Modifier.isStatic(method.getModifiers())
              && method.getParameterCount() == 0
              && method.getReturnType() == DeliveryContract.class;
      if (preset) {
        contracts.add(made(method));
      }
    }
    contracts.sort(Comparator.comparing(DeliveryContract::name));
    List<Preset> presets = new ArrayList<>();
    for (int i = 0; i < contracts.size(); i++) {
      presets.add(new Preset(i, contracts.get(i)));
    }
    return List.copyOf(presets);
  }

  private static DeliveryContract made(Method method) {
    try {
      return (DeliveryContract) method.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no preset: " + method, e);
    }
  }
}
