package dev.posthorn.benchmarks;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.http.OkHttpSender;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publish to delivered in memory, beside a bare loop: threads that encode the same events and send
 * them with the same guarded client, and do nothing else. Both in one run, in turn; the ratio
 * counts.
 *
 * <p>Arguments: events per round, concurrency, rounds, share of requests that the receiver fails.
 */
public final class InMemoryThroughput {
  private InMemoryThroughput() {}

  /** Prints a line per round, and the median ratio. */
  public static void main(String[] args) throws Exception {
    int events = arg(args, 0, 50_000);
    int concurrency = arg(args, 1, 16);
    int rounds = arg(args, 2, 5);
    double failing = args.length > 3 ? Double.parseDouble(args[3]) : 0;
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      Figure bare = bare(events, concurrency, failing);
      Figure ours = posthorn(events, concurrency, failing);
      double ratio = ours.perSecond() / bare.perSecond();
      System.out.printf("round %d  bare %s  posthorn %s  ratio %.2f%n", round, bare, ours, ratio);
      if (round > 0) { // the first one warms up
        ratios.add(ratio);
      }
    }
    ratios.sort(null);
    System.out.printf(
        "median ratio %.2f (%.2f to %.2f)%n",
        ratios.get(ratios.size() / 2), ratios.get(0), ratios.get(ratios.size() - 1));
  }

  private static Figure bare(int events, int concurrency, double failing) throws Exception {
    try (FastReceiver receiver = new FastReceiver(failing);
        WebhookSender sender =
            OkHttpSender.builder(policy(receiver)).keptConnections(256).build()) {
      URI url = URI.create(receiver.url());
      WireFormat wire = Contracts.oneHorizon().wire();
      List<Secret> keys = List.of(Secret.of("a-key-of-forty-three-characters-as-generated"));
      AtomicLong next = new AtomicLong();
      Meter meter = Meter.start();
      Thread[] threads = new Thread[concurrency];
      Arrays.setAll(threads, i -> new Thread(() -> loop(sender, wire, url, keys, next, events)));
      for (Thread thread : threads) {
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      return meter.stop(events);
    }
  }

  private static void loop(
      WebhookSender sender,
      WireFormat wire,
      URI url,
      List<Secret> keys,
      AtomicLong next,
      int events) {
    for (long i = next.getAndIncrement(); i < events; i = next.getAndIncrement()) {
      CloudEvent event = Events.event(i);
      WebhookSender.Exchange exchange;
      do {
        Instant now = Instant.now();
        CanonicalEvent content = CanonicalEvent.of(event, now, 1 << 20);
        Message message =
            new Message(
                "dlv",
                "whk",
                event.getId(),
                event.getSource().toString(),
                event.getType(),
                now,
                0,
                null);
        WireFormat.Encoded encoded = wire.encode(content, message, keys);
        exchange =
            sender.send(
                new WebhookSender.Request(
                    "POST", url, encoded.headers(), encoded.body(), Duration.ofSeconds(3)));
      } while (exchange.status() != 204);
    }
  }

  private static Figure posthorn(int events, int concurrency, double failing) throws Exception {
    DeliveryContract contract =
        Contracts.oneHorizon()
            .verification(VerificationRule.NONE)
            .retries(
                RetrySchedule.after(
                    Collections.nCopies(50, Duration.ZERO).toArray(Duration[]::new)));
    try (FastReceiver receiver = new FastReceiver(failing);
        Posthorn posthorn =
            Posthorn.builder()
                .contract(contract)
                .endpoints(policy(receiver))
                .limits(
                    Limits.standard()
                        .inFlight(concurrency * 4 / 3 + 1)
                        .inFlightPerWebhook(concurrency))
                .build()
                .start()) {
      posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents());
      Meter meter = Meter.start();
      for (int i = 0; i < events; i++) {
        posthorn.publisher().publish(Events.event(i));
      }
      if (!posthorn.drain(Duration.ofMinutes(5)) || receiver.accepted() != events) {
        throw new IllegalStateException(
            "accepted " + receiver.accepted() + " of " + events + ": " + posthorn.health());
      }
      return meter.stop(events);
    }
  }

  private static EndpointPolicy policy(FastReceiver receiver) {
    return EndpointPolicy.standard().allow("127.0.0.1:" + receiver.port());
  }

  private static int arg(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
