package dev.posthorn.examples.settings;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Every call that a page of webhook settings makes: one method for each button and view, pressed
 * here in the order in which a customer might. Take the methods into your own controllers.
 */
public final class SettingsPage {
  private final WebhookRegistry webhooks;
  private final DeliveryLog log;

  /** The page of one customer, who sees nothing of any other. */
  SettingsPage(Posthorn posthorn, Tenant customer) {
    this.webhooks = posthorn.registry().forTenant(customer);
    this.log = posthorn.deliveries().forTenant(customer);
  }

  // --- the list, and creating

  List<Webhook> list() {
    return webhooks.list(Page.first(100)).items();
  }

  /** The types to choose from, in the application's order. */
  List<String> eventTypes() {
    return List.copyOf(webhooks.eventTypes());
  }

  /** What the customer typed may be wrong: the message says what, and is fit to be shown. */
  Registration create(String url, String label, List<String> types) {
    return webhooks.register(WebhookSpec.to(url).label(label).events(types));
  }

  // --- the page of one webhook

  Webhook show(WebhookId id) {
    return webhooks.find(id).orElseThrow();
  }

  Webhook chooseTypes(WebhookId id, List<String> types) {
    return webhooks.update(id, spec -> spec.events(types));
  }

  Verification verify(WebhookId id) {
    return webhooks.verify(id);
  }

  Attempt sendTest(WebhookId id) {
    return webhooks.sendTest(id);
  }

  /** The new key is shown this once; the page says whether the old one still works. */
  Rotation newKey(WebhookId id) {
    return webhooks.rotate(id, Duration.ofHours(24));
  }

  void switchOff(WebhookId id) {
    webhooks.disable(id, "switched off by its owner");
  }

  void switchOn(WebhookId id, boolean sendWhatWaited) {
    webhooks.enable(id, sendWhatWaited ? Backlog.resume() : Backlog.discard());
  }

  void delete(WebhookId id) {
    webhooks.delete(id);
  }

  // --- its log

  Page<Delivery> log(WebhookId id, Page.Request page) {
    return log.of(id, page);
  }

  String why(Delivery delivery) {
    return log.explain(delivery.id()).why();
  }

  Delivery replay(Delivery delivery) {
    return log.replay(delivery.id());
  }

  int replayFailed(WebhookId id, Instant since, Instant now) {
    int all = 0;
    Replayed step;
    do {
      step = log.replayFailed(id, since, now, 1000);
      all += step.count();
    } while (step.count() == 1000);
    return all;
  }

  int clearLog(WebhookId id) {
    return log.clear(id);
  }

  // --- a customer presses every button

  /** Ends normally only if all went as told. */
  public static void main(String[] args) throws IOException {
    visit(System.out);
  }

  static void visit(PrintStream out) throws IOException {
    DeliveryContract hurried =
        Contracts.oneHorizon().named("hurried").retries(RetrySchedule.after(Duration.ZERO));
    try (Endpoint endpoint = new Endpoint();
        Posthorn posthorn =
            Posthorn.builder()
                .contract(hurried)
                .eventTypes("task.created", "task.updated", "comment.created")
                .endpoints(EndpointPolicy.standard().allowLoopback())
                .build()
                .start()) {
      Tenant customer = Tenant.of("customer-42");
      new Visit(new SettingsPage(posthorn, customer), posthorn, customer, endpoint, out).run();
    }
  }

  /** What the page would show, as text. */
  private record Visit(
      SettingsPage page, Posthorn posthorn, Tenant customer, Endpoint endpoint, PrintStream out) {

    void run() {
      out.println("types to choose from: " + page.eventTypes());
      try {
        page.create(endpoint.url(), "Orders", List.of("task.creatd"));
      } catch (InvalidWebhookException typo) {
        out.println("a typo: " + typo.getMessage());
      }
      Registration made = page.create(endpoint.url(), "Orders", List.of("task.created"));
      WebhookId id = made.id();
      out.println("created; its key, shown this once: " + made.secret().map(Secret::reveal).get());
      out.println("on the list: " + page.list().get(0).label());
      out.println("wants now: " + page.chooseTypes(id, List.of("task.*")).events());
      out.println("verified: " + page.verify(id).detail());
      out.println("test event: " + page.sendTest(id).outcome().describe());

      endpoint.status = 503;
      Instant since = Instant.now();
      publish("task.created", "task.updated", "task.updated");
      showLog(id);

      endpoint.status = 204;
      Delivery newest = page.log(id, Page.first(1)).items().get(0);
      out.println("one is replayed: " + page.replay(newest).eventType());
      out.println("all others too: " + page.replayFailed(id, since, Instant.now()));
      settle();
      showLog(id);

      Rotation rotation = page.newKey(id);
      out.println(
          "new key, fingerprint %s; the old one is used until: %s"
              .formatted(rotation.webhook().secretFingerprint(), rotation.previousUntil()));
      page.switchOff(id);
      publish("task.created");
      out.println("switched off: " + page.why(page.log(id, Page.first(1)).items().get(0)));
      page.switchOn(id, true);
      settle();
      out.println("switched on: " + page.why(page.log(id, Page.first(1)).items().get(0)));
      out.println("cleared from the log: " + page.clearLog(id));
      page.delete(id);
      out.println("deleted; left on the list: " + page.list().size());
    }

    private void publish(String... types) {
      for (String type : types) {
        posthorn.publisher().forTenant(customer).publish(type, null, Map.of("title", "Paint"));
      }
      settle();
    }

    private void settle() {
      if (!posthorn.settle(Duration.ofSeconds(20))) {
        throw new IllegalStateException("what is due was not sent within 20 seconds");
      }
    }

    private void showLog(WebhookId id) {
      for (Delivery delivery : page.log(id, Page.first(20)).items()) {
        out.println(
            "  %-13s %-10s %s"
                .formatted(delivery.eventType(), delivery.state(), page.why(delivery)));
      }
    }
  }

  /** The customer's endpoint. */
  private static final class Endpoint implements AutoCloseable {
    private final HttpServer server;
    volatile int status = 204;

    Endpoint() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/hooks", this::answer);
      server.start();
    }

    String url() {
      return "http://localhost:" + server.getAddress().getPort() + "/hooks";
    }

    private void answer(HttpExchange exchange) throws IOException {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
