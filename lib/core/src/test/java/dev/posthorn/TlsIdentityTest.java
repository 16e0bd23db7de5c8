package dev.posthorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Webhooks that name who they are, from the builder to a receiver that demands a certificate. */
@Timeout(60)
class TlsIdentityTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private final HeldCertificate authority =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private final HandshakeCertificates receiving =
      new HandshakeCertificates.Builder()
          .heldCertificate(
              new HeldCertificate.Builder()
                  .signedBy(authority)
                  .addSubjectAlternativeName("localhost")
                  .build())
          .addTrustedCertificate(authority.certificate())
          .build();
  private final MockWebServer receiver = new MockWebServer();
  private final InMemoryStore store = InMemoryStore.create(Clock.systemUTC());
  private final List<Posthorn> open = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    receiver.useHttps(receiving.sslSocketFactory());
    receiver.requireClientAuth();
    for (int i = 0; i < 10; i++) {
      receiver.enqueue(new MockResponse.Builder().code(204).build());
    }
    receiver.start();
  }

  @AfterEach
  void close() {
    open.forEach(Posthorn::close);
    receiver.close();
  }

  private SSLContext certified(String name) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(new HeldCertificate.Builder().signedBy(authority).commonName(name).build())
        .addTrustedCertificate(authority.certificate())
        .build()
        .sslContext();
  }

  private Posthorn posthorn(UnaryOperator<Posthorn.Builder> settings) {
    Posthorn made =
        settings
            .apply(
                Posthorn.builder()
                    .contract(Samples.OPEN)
                    .store(store)
                    .endpoints(EndpointPolicy.standard().allowLoopback()))
            .build()
            .start();
    open.add(made);
    return made;
  }

  private WebhookSpec spec() {
    return WebhookSpec.to("https://localhost:" + receiver.getPort() + "/hooks").allEvents();
  }

  private String presented() throws InterruptedException {
    RecordedRequest request = receiver.takeRequest();
    var handshake = request.getHandshake();
    assertNotNull(handshake, "it came by TLS");
    return String.valueOf(handshake.peerPrincipal());
  }

  @Test
  void eachWebhookPresentsWhoItIs() throws InterruptedException {
    Posthorn posthorn =
        posthorn(
            builder ->
                builder
                    .tls(certified("usual"))
                    .tls("bank", certified("bank"))
                    .tls("shop", certified("shop")));
    for (int i = 0; i < 2; i++) {
      for (String identity : List.of("bank", "shop")) {
        WebhookId hook = posthorn.registry().register(spec().tls(identity)).id();
        assertTrue(posthorn.registry().sendTest(hook).outcome().accepted());
        assertEquals("CN=" + identity, presented());
      }
      WebhookId usual = posthorn.registry().register(spec()).id();
      assertTrue(posthorn.registry().sendTest(usual).outcome().accepted());
      assertEquals("CN=usual", presented());
    }
  }

  @Test
  void aWebhookWhoseIdentityNobodyKnowsWaitsAndHealthSaysSo() throws InterruptedException {
    Posthorn yesterday = posthorn(builder -> builder.tls("bank", certified("bank")));
    WebhookId hook = yesterday.registry().register(spec().tls("bank")).id();
    yesterday.close();
    Posthorn today = posthorn(builder -> builder);
    String message =
        "this application knows no TLS identity \"bank\", only []: name it to the builder";
    assertEquals(Map.of(hook, message), today.health().unsendable());
    assertFalse(today.health().ok());
    assertEquals(List.of(), today.health().unknownContracts());

    today.publisher().publish(Samples.event("e"));
    assertTrue(today.settle(AMPLE));
    assertEquals(0, receiver.getRequestCount());
    assertEquals(
        DeliveryState.PENDING, today.deliveries().of(hook, Page.first(1)).items().get(0).state());
    assertEquals(
        message,
        assertThrows(InvalidWebhookException.class, () -> today.registry().sendTest(hook))
            .getMessage());
    today.close();

    Posthorn tomorrow = posthorn(builder -> builder.tls("bank", certified("bank")));
    assertTrue(tomorrow.drain(AMPLE));
    assertEquals("CN=bank", presented());
    assertTrue(tomorrow.health().ok(), () -> "" + tomorrow.health());
  }

  @Test
  void identitiesAreForTheUsualSender() {
    assertEquals(
        "proxy and tls belong to the usual sender, but another sender was given",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Posthorn.builder()
                        .sender(new FakeSender())
                        .tls("bank", certified("bank"))
                        .build())
            .getMessage());
    assertEquals(
        "the name of a TLS identity must be 1 to 64 of A-Z a-z 0-9 . _ - : \"a b\"",
        assertThrows(
                IllegalArgumentException.class,
                () -> Posthorn.builder().tls("a b", certified("bank")))
            .getMessage());
  }
}
