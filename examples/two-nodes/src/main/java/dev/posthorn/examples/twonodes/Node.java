package dev.posthorn.examples.twonodes;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.Limits;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * One process of an application of which there are several. They know nothing of each other: that
 * they have the same tables is enough. This is the part to copy.
 */
final class Node implements AutoCloseable {
  private final HikariDataSource database;
  private final Posthorn posthorn;

  Node(String url, String name) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(url);
    database = new HikariDataSource(pool);
    posthorn =
        Posthorn.builder()
            .name(name)
            .contract(contract(name))
            .store(JdbcStore.on(database).createTables()) // whoever comes first makes them
            .endpoints(EndpointPolicy.standard().allowLoopback()) // not in production
            // The default, twice the contract's timeout and 10 s, is 16 s here. This one is so long
            // to show that nothing waits for it where a node is closed, and not killed.
            .limits(Limits.standard().lease(Duration.ofMinutes(5)))
            .build();
  }

  /** The same contract in each process; but what they call themselves tells them apart. */
  static DeliveryContract contract(String name) {
    return Contracts.oneHorizon().named("acme").userAgent(name);
  }

  /** Publishes as many events as each line of the input says, and ends with its input. */
  public static void main(String[] args) throws IOException {
    Node node = new Node(args[0], args[1]);
    // For each end but the hardest: SIGTERM, Ctrl-C, or that main returns. Nothing but daemons run.
    Runtime.getRuntime().addShutdownHook(new Thread(node::close, "shutdown"));
    node.posthorn.start();
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = input.readLine();
    while (line != null) {
      node.publish(Integer.parseInt(line));
      line = input.readLine();
    }
  }

  private void publish(int events) {
    for (int i = 1; i <= events; i++) {
      posthorn.publisher().publish("task.created", "tsk_" + i, Map.of("title", "Task " + i));
    }
  }

  WebhookRegistry webhooks() {
    return posthorn.registry();
  }

  DeliveryLog deliveries() {
    return posthorn.deliveries();
  }

  @Override
  public void close() {
    posthorn.close(); // before the pool, which it still needs to give back what it has claimed
    database.close();
  }
}
