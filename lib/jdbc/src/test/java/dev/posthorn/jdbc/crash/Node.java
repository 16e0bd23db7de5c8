package dev.posthorn.jdbc.crash;

import dev.posthorn.Posthorn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An application of its own, in a process that may be killed. It publishes what the lines on its
 * standard input order, delivers, and says on its standard output what it has done. It ends with
 * its input, so that it never outlives the test.
 */
final class Node {
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  private Node() {}

  /** Begins with the first line, so that processes can be kept ready. */
  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (orders.readLine() == null) {
      return;
    }
    Access access = Access.to(args[0]);
    Posthorn posthorn = access.posthorn().build().start();
    Worker worker = new Worker(access, posthorn.publisher(), Node::say);
    say("ready");
    String order = orders.readLine();
    while (order != null) {
      switch (order) {
        case "late" -> say("late " + posthorn.health().lateResults());
        case "drain" -> say("drained " + posthorn.drain(A_WHILE));
        default -> worker.take(order);
      }
      order = orders.readLine();
    }
    Runtime.getRuntime().halt(0);
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
