package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.dispatch.Draft;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.exchange.Target;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Changes;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.IssuedAuthentication;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of every public type that holds a secret and says something of itself, what it says. */
class SecretHoldersTest {
  private static final String KEY = "canary-holder-5e8f0a1b2c3d";
  private static final String URL = "https://hooks.example.com/?token=canary-holder-99887766";

  @Test
  void noneShowsIt() {
    samples().forEach((name, sample) -> assertFalse(sample.toString().contains("canary"), name));
  }

  /** A type that comes to hold a secret has to be added to the samples. */
  @Test
  void noneIsForgotten() throws Exception {
    Map<String, Class<?>> types = new TreeMap<>();
    for (Class<?> module : List.of(Posthorn.class, Secret.class)) {
      types.putAll(types(module));
    }
    assertTrue(types.size() > 150, "types: " + types.size());
    Set<String> holders = holders(types);
    assertTrue(holders.contains("dev.posthorn.dispatch.Engine"), "through others, too");
    Set<String> speaking =
        types.values().stream()
            .filter(type -> holders.contains(type.getName()) && speaks(type))
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> sampled = new TreeSet<>(samples().keySet());
    speaking.removeAll(sampled);
    assertEquals(Set.of(), speaking, "hold a secret, and are in no sample");
  }

  private static Map<String, Object> samples() {
    Secret key = Secret.of(KEY);
    DeliveryContract contract = Contracts.oneHorizon();
    WebhookSpec spec = WebhookSpec.to(URL).allEvents().secret(key);
    try (Rig rig = Rig.start()) {
      Registration made = rig.registry().register(spec);
      Rotation rotation = rig.registry().rotate(made.id(), Duration.ofHours(1), Secret.of(KEY + 0));
      StoredWebhook stored = rig.store.webhooks().find(Tenant.DEFAULT, made.id()).orElseThrow();
      Message message = new Message("dlv_1", "wh_1", "evt_1", "/s", "a", Rig.NOON, 0, null);
      CanonicalEvent event = CanonicalEvent.of(Rig.task("evt_1"), Instant.EPOCH, 1 << 20);
      WireFormat.Encoded encoded = contract.wire().encode(event, message, List.of(key));
      URI url = URI.create(URL);
      Target target = new Target(stored, url, contract);
      Directory.Entry entry = new Directory.Entry(stored, target, "");
      IssuedAuthentication issued =
          rig.registry().authentications().create("shop", contract.name(), Secret.of(KEY));
      StoredAuthentication shared =
          rig.store.authentications().find(Tenant.DEFAULT, "shop").orElseThrow();
      Changes.AuthenticationChange changed =
          new Changes.AuthenticationChange(Tenant.DEFAULT, "shop", shared);
      EventKey eventKey = new EventKey(Tenant.DEFAULT, Rig.SOURCE, "evt_1");
      List<Object> all =
          List.of(
              target,
              entry,
              new Draft(eventKey, "a", event, List.of(entry)),
              issued,
              shared,
              changed,
              new Changes(
                  List.of(new Changes.Change(made.id(), stored)), List.of(changed), "", false),
              new Changes.Change(made.id(), stored),
              key,
              spec,
              made,
              made.webhook(),
              rotation,
              stored,
              StoredKey.newest(key),
              WebhookReceiver.of(contract, key),
              encoded,
              new WebhookSender.Request(
                  "POST", url, encoded.headers(), encoded.body(), Duration.ofSeconds(1)));
      return all.stream().collect(Collectors.toMap(one -> one.getClass().getName(), one -> one));
    }
  }

  /** Those with a field of a type that holds a secret, however deep. */
  private static Set<String> holders(Map<String, Class<?>> types) {
    Set<String> holders = new TreeSet<>(Set.of(Secret.class.getName()));
    int before = 0;
    while (holders.size() > before) {
      before = holders.size();
      for (Class<?> type : types.values()) {
        if (Stream.of(type.getDeclaredFields()).anyMatch(field -> holds(field, holders))) {
          holders.add(type.getName());
        }
      }
    }
    return holders;
  }

  private static boolean holds(Field field, Set<String> holders) {
    String type = field.getGenericType().getTypeName();
    return Stream.of(type.split("[<>, ?]", -1)).anyMatch(holders::contains);
  }

  /** Public, and with a text of its own. */
  private static boolean speaks(Class<?> type) {
    try {
      boolean own = type.getMethod("toString").getDeclaringClass() != Object.class;
      return own && Modifier.isPublic(type.getModifiers());
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Class<?>> types(Class<?> one) throws IOException, URISyntaxException {
    Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return types(one, place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return types(one, jar.getPath("/"));
    }
  }

  private static Map<String, Class<?>> types(Class<?> one, Path root) throws IOException {
    Map<String, Class<?>> types = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.').replace('\\', '.');
        String type = name.substring(0, name.length() - ".class".length());
        if (!type.endsWith("-info")) {
          types.put(type, load(type, one));
        }
      }
    }
    return types;
  }

  private static Class<?> load(String name, Class<?> one) {
    try {
      return Class.forName(name, false, one.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
