package dev.posthorn.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * An application of its own, in a process that may be killed. It publishes what the lines on its
 * standard input order, delivers, and says on its standard output what it has done. It ends with
 * its input, so that it never outlives the test.
 */
final class Node {
  private Node() {}

  /** Begins with the first line, so that processes can be kept ready. */
  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (orders.readLine() == null) {
      return;
    }
    HikariDataSource pool = pool(args[0]);
    Posthorn posthorn = posthorn(pool);
    Worker worker = new Worker(pool, posthorn.publisher(), Node::say);
    say("ready");
    String order = orders.readLine();
    while (order != null) {
      if (order.equals("late")) {
        say("late " + posthorn.health().lateResults());
      } else {
        worker.take(order);
      }
      order = orders.readLine();
    }
    Runtime.getRuntime().halt(0);
  }

  static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(8);
    config.setConnectionTimeout(5_000);
    return new HikariDataSource(config);
  }

  static Posthorn.Builder builder(HikariDataSource pool) {
    return Posthorn.builder()
        .name("crash")
        .contract(Agreement.contract())
        .limits(Agreement.limits())
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .store(JdbcStore.on(pool).createTables());
  }

  private static Posthorn posthorn(HikariDataSource pool) {
    return builder(pool).build().start();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
