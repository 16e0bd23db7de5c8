package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering, reading and changing webhooks. */
@SuppressWarnings("NullAway.Init") // set before each test
class RegistryTest {
  private ScriptedReceiver receiver;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = Rig.start();
    receiver = rig.receiver();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec() {
    return WebhookSpec.to(receiver.url()).events("task.*");
  }

  private static WebhookId id(String text) {
    return WebhookId.of(text);
  }

  @Test
  void aGeneratedKeyIsHandedOutOnceAndSent() {
    Registration made = rig.hook(spec());
    assertTrue(made.created());
    Secret key = made.secret().orElseThrow();
    assertTrue(key.reveal().length() >= 43, "32 random bytes");
    rig.publish("evt_1");
    assertEquals(key.reveal(), receiver.request(1).header("X-One-Webhook-Key"));

    Webhook read = rig.registry().find(made.id()).orElseThrow();
    assertEquals(key.fingerprint(), read.secretFingerprint());
    for (Object shown : List.of(read, read.spec(), made, rig.registry().list(Page.first(10)))) {
      assertFalse(shown.toString().contains(key.reveal()), shown.getClass().getName());
    }
    assertTrue(read.spec().givenSecret().isEmpty());
    assertNotEquals(key, rig.hook(spec()).secret().orElseThrow(), "each has its own");
  }

  @Test
  void aGivenKeyIsKeptAndNoneIsNone() {
    Registration given = rig.hook(spec().secret(Secret.of("chosen")));
    assertEquals(Secret.of("chosen"), given.secret().orElseThrow());
    Registration none = rig.registry().register(spec().withoutSecret());
    assertTrue(none.secret().isEmpty());
    assertNull(none.webhook().secretFingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a\r\nX-Evil: 1", "schlüssel"})
  void aKeyThatNoHeaderCanHoldIsRefusedWithoutBeingShown(String key) {
    InvalidWebhookException refused =
        assertThrows(
            InvalidWebhookException.class,
            () -> rig.registry().register(spec().secret(Secret.of(key))));
    assertEquals(
        "the key must be printable ASCII without a space at either end, since it travels in a"
            + " header",
        refused.getMessage());
    assertEquals(0, rig.registry().list(Page.first(10)).items().size());
  }

  @Test
  void aUrlThatThePolicyForbidsIsRefused() {
    InvalidWebhookException refused =
        assertThrows(
            InvalidWebhookException.class,
            () -> rig.registry().register(WebhookSpec.to("https://10.1.2.3/hooks?key=hush")));
    assertEquals(
        "the URL's address is not public: 10.1.2.3; to allow it all the same:"
            + " EndpointPolicy.standard().allow(\"10.1.2.3:443\")",
        refused.getMessage());
  }

  @Test
  void aContractThatIsNotKnownIsRefused() {
    assertEquals(
        "this application knows no contract \"acme\", only [onehorizon]",
        assertThrows(
                InvalidWebhookException.class,
                () -> rig.registry().register(spec().contract("acme")))
            .getMessage());
  }

  @Test
  void aChosenIdIsTheSameWebhookAtEveryStart() {
    WebhookSpec chosen = spec().id(id("crm")).secret(Secret.of("chosen"));
    Registration first = rig.hook(chosen);
    assertTrue(first.created());

    Registration again = rig.registry().register(chosen);
    assertFalse(again.created());
    assertEquals(rig.registry().find(id("crm")).orElseThrow(), again.webhook());
    assertTrue(again.webhook().verified(), "stays as it is");
    assertTrue(again.secret().isEmpty(), "it keeps the one it had");
    assertEquals(1, rig.registry().list(Page.first(10)).items().size());

    Registration changed = rig.registry().register(chosen.url(receiver.url() + "/v2"));
    assertFalse(changed.created());
    assertEquals(receiver.url() + "/v2", changed.webhook().url());
    assertFalse(changed.webhook().verified(), "another URL is unverified");
    assertEquals(first.webhook().createdAt(), changed.webhook().createdAt());

    Registration other = rig.registry().register(chosen.secret(Secret.of("another")));
    assertEquals(Secret.of("another"), other.secret().orElseThrow(), "a new key is told");
  }

  @Test
  void aGeneratedKeyStaysWhenTheChosenIdIsRegisteredAgain() {
    String print = rig.hook(spec().id(id("crm"))).webhook().secretFingerprint();
    Registration again = rig.registry().register(spec().id(id("crm")));
    assertEquals(print, again.webhook().secretFingerprint());
    assertTrue(again.secret().isEmpty());
  }

  @Test
  void aChosenIdOfAnotherTenantIsRefused() {
    rig.registry().forTenant(Tenant.of("other")).register(spec().id(id("crm")));
    assertEquals(
        "the id crm is taken: choose another, or leave it out to get a new one",
        assertThrows(
                InvalidWebhookException.class, () -> rig.registry().register(spec().id(id("crm"))))
            .getMessage());
  }

  @Test
  void listsComeInPagesOldestFirst() {
    List<WebhookId> made =
        IntStream.range(0, 25).mapToObj(i -> rig.registry().register(spec()).id()).toList();
    rig.registry().forTenant(Tenant.of("other")).register(spec());
    List<WebhookId> listed = new ArrayList<>();
    Page<Webhook> page = rig.registry().list(Page.first(10));
    page.items().forEach(one -> listed.add(one.id()));
    int pages = 1;
    while (page.next().isPresent()) {
      page = rig.registry().list(Page.after(page.next().get(), 10));
      page.items().forEach(one -> listed.add(one.id()));
      pages++;
    }
    assertEquals(made, listed);
    assertEquals(3, pages);
  }

  @Test
  void anUpdateChangesWhatIsSentFromThenOn() {
    WebhookId hook = rig.hook(spec()).id();
    rig.registry().update(hook, spec -> spec.secret(Secret.of("newer")).events("comment.*"));
    assertEquals("UNWANTED", rig.publisher().publish(Rig.task("evt_1")).status().name(), "at once");
    rig.registry().update(hook, spec -> spec.events("task.updated", "comment.*"));
    rig.publish("evt_2");
    assertEquals("newer", receiver.request(1).header("X-One-Webhook-Key"), "a key stays");
    Webhook keyless = rig.registry().update(hook, WebhookSpec::withoutSecret);
    assertNull(keyless.secretFingerprint());
    rig.publish("evt_3");
    assertFalse(receiver.request(2).has("X-One-Webhook-Key"));
  }

  @Test
  void anUpdateCannotChangeTheId() {
    WebhookId hook = rig.hook(spec().id(id("crm"))).id();
    assertEquals(
        "an update cannot change the id crm: register a new webhook instead",
        assertThrows(
                InvalidWebhookException.class,
                () -> rig.registry().update(hook, spec -> spec.id(id("erp"))))
            .getMessage());
  }

  @Test
  void noUpdateOfTwoThreadsIsLost() throws Exception {
    WebhookId hook = rig.hook(spec()).id();
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    for (int t = 0; t < 2; t++) {
      int thread = t;
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < 100; i++) {
                  String added = "t" + thread + "." + i;
                  rig.registry().update(hook, spec -> spec.events(with(spec, added)));
                }
                return go.await(0, TimeUnit.SECONDS);
              });
      tasks.add(task);
      Thread runner = new Thread(task, "updater-" + t);
      runner.setDaemon(true);
      runner.start();
    }
    for (FutureTask<Boolean> task : tasks) {
      assertFalse(task.get(30, TimeUnit.SECONDS));
    }
    assertEquals(201, rig.registry().find(hook).orElseThrow().events().size());
  }

  private static Set<String> with(WebhookSpec spec, String added) {
    Set<String> all = spec.events().stream().map(EventPattern::text).collect(Collectors.toSet());
    all.add(added);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "task.*", "task.updated"})
  void patternsThatMatchGetTheEventOnce(String pattern) {
    rig.hook(spec().events(pattern, "other.*"));
    rig.hook(spec().events("*", "task.*", "task.updated"));
    rig.publish("evt_1");
    assertEquals(2, receiver.requests().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"task", "tas.*", "Task.*", "task.updated.*", "task.update", "updated"})
  void patternsThatDoNotMatchGetNothing(String pattern) {
    rig.hook(spec().events(pattern));
    rig.hook(spec().events(List.of()));
    assertEquals("UNWANTED", rig.publisher().publish(Rig.task("evt_1")).status().name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"*.updated", "ta*", "task.*.done", "**"})
  void aStarAnywhereButAtTheEndIsRefused(String pattern) {
    assertEquals(
        "a star may only be the last part, as in \"task.*\": \"" + pattern + "\"",
        assertThrows(InvalidWebhookException.class, () -> spec().events(pattern)).getMessage());
  }

  @Test
  void severalContractsLiveSideBySide() throws Exception {
    try (Rig both =
        Rig.start(
            Contracts.oneHorizon(),
            builder ->
                builder.contract(Contracts.oneHorizon().named("acme").headerPrefix("X-Acme-")))) {
      both.hook(spec());
      both.hook(spec().contract("acme"));
      both.publish("evt_1");
      assertEquals(1, receiver.requests().stream().filter(p -> p.has("X-One-Event-Id")).count());
      assertEquals(1, receiver.requests().stream().filter(p -> p.has("X-Acme-Event-Id")).count());
    }
  }

  @Test
  void whatIsNotThereIsNotFound() {
    WebhookId none = id("none");
    assertTrue(rig.registry().find(none).isEmpty());
    NotFoundException missing =
        assertThrows(NotFoundException.class, () -> rig.registry().verify(none));
    assertEquals("there is no webhook none", missing.getMessage());
  }
}
