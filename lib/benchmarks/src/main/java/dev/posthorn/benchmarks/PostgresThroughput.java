package dev.posthorn.benchmarks;

import dev.posthorn.EventPublisher;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Limits;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * What an instance does on PostgreSQL that writes through to the disk: publishing alone, delivering
 * alone, both at once, one event at a time, and nothing at all. Everything runs in this process and
 * on this machine, the receiver and the database included.
 *
 * <p>Arguments: events per round, webhooks, rounds, seconds of doing nothing.
 */
public final class PostgresThroughput {
  /** For so long the compiler is busy with what ran before. */
  private static final int LEFT_OVER_SECONDS = 20;

  private static final int BATCH = 500;
  private static final Duration AMPLE = Duration.ofMinutes(5);
  private static final DeliveryContract CONTRACT =
      Contracts.oneHorizon().verification(VerificationRule.NONE);

  private final Database database;
  private final int events;
  private final int webhooks;
  private int round;
  private int published;

  private PostgresThroughput(Database database, int events, int webhooks) {
    this.database = database;
    this.events = events;
    this.webhooks = webhooks;
  }

  /** Prints a line per round; the first one warms up. */
  public static void main(String[] args) throws Exception {
    int events = arg(args, 0, 20_000);
    int webhooks = arg(args, 1, 10);
    int rounds = arg(args, 2, 5);
    int idleSeconds = arg(args, 3, 60);
    try (Database database = Database.start("throughput", 8)) {
      PostgresThroughput throughput = new PostgresThroughput(database, events, webhooks);
      for (int i = 0; i <= rounds; i++) {
        throughput.round();
      }
      throughput.oneByOne();
      throughput.idle(idleSeconds);
    }
  }

  private void round() throws Exception {
    round++;
    try (FastReceiver receiver = new FastReceiver(0)) {
      Figure publish;
      try (Posthorn posthorn = posthorn(receiver)) {
        register(posthorn, receiver);
        Meter meter = Meter.start();
        publishAll(posthorn.publisher());
        publish = meter.stop(events);
      }
      Figure drain;
      Figure both;
      try (Posthorn posthorn = posthorn(receiver)) {
        Meter meter = Meter.start();
        posthorn.start();
        drained(posthorn, receiver, events);
        drain = meter.stop(events);
        Meter second = Meter.start();
        publishAll(posthorn.publisher());
        drained(posthorn, receiver, 2L * events);
        both = second.stop(events);
      }
      System.out.printf(
          "round %d  publish %s  deliver %s  both %s%n", round - 1, publish, drain, both);
    }
  }

  private void oneByOne() throws Exception {
    round++;
    try (FastReceiver receiver = new FastReceiver(0);
        Posthorn posthorn = posthorn(receiver).start()) {
      register(posthorn, receiver);
      int times = 2_000;
      double[] stored = new double[times];
      double[] received = new double[times];
      for (int i = 0; i < times; i++) {
        CloudEvent event = event();
        long before = receiver.requests();
        long start = System.nanoTime();
        posthorn.publisher().publish(event);
        stored[i] = (System.nanoTime() - start) / 1e6;
        while (receiver.requests() == before) {
          Thread.onSpinWait();
        }
        received[i] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(stored);
      Arrays.sort(received);
      System.out.printf(
          "one by one: publish() p50 %.2f ms, p99 %.2f ms; until received p50 %.2f ms, p99 %.2f"
              + " ms%n",
          stored[times / 2],
          stored[times * 99 / 100],
          received[times / 2],
          received[times * 99 / 100]);
    }
  }

  private void idle(int seconds) throws Exception {
    round++;
    CountedStatements counted = new CountedStatements();
    try (FastReceiver receiver = new FastReceiver(0);
        Posthorn posthorn = posthorn(receiver, counted.on(database.pool())).start()) {
      register(posthorn, receiver);
      posthorn.publisher().publish(event());
      drained(posthorn, receiver, 1);
      pass(LEFT_OVER_SECONDS);
      long before = counted.executed();
      Meter meter = Meter.start();
      pass(seconds);
      double statements = (counted.executed() - before) / (double) seconds;
      double cpu = meter.stop(1).cpuMicros() / 1e4 / seconds;
      System.out.printf("idle: %.2f statements/s, %.2f %% of a core%n", statements, cpu);
    }
  }

  private static void pass(int seconds) throws InterruptedException {
    if (new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
  }

  private void publishAll(EventPublisher publisher) {
    for (int i = 0; i < events; i += BATCH) {
      List<CloudEvent> batch = new ArrayList<>();
      for (int j = 0; j < BATCH; j++) {
        batch.add(event());
      }
      publisher.publishAll(batch);
    }
  }

  private CloudEvent event() {
    int number = published++;
    return Events.event(number, type(number % webhooks));
  }

  private static String type(int webhook) {
    return "task.updated" + webhook;
  }

  /** Each event goes to one webhook. */
  private void register(Posthorn posthorn, FastReceiver receiver) {
    for (int i = 0; i < webhooks; i++) {
      posthorn.registry().register(WebhookSpec.to(receiver.url() + "/" + i).events(type(i)));
    }
  }

  private static void drained(Posthorn posthorn, FastReceiver receiver, long expected) {
    if (!posthorn.settle(AMPLE) || receiver.accepted() != expected) {
      throw new IllegalStateException(
          "accepted " + receiver.accepted() + " of " + expected + ": " + posthorn.health());
    }
  }

  private Posthorn posthorn(FastReceiver receiver) {
    return posthorn(receiver, database.pool());
  }

  private Posthorn posthorn(FastReceiver receiver, DataSource source) {
    return Posthorn.builder()
        .contract(CONTRACT)
        .endpoints(EndpointPolicy.standard().allow("127.0.0.1:" + receiver.port()))
        .limits(Limits.standard().inFlight(64))
        .store(JdbcStore.on(source).tablePrefix("r" + round + "_").createTables())
        .build();
  }

  private static int arg(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
