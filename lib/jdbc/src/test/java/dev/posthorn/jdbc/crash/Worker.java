package dev.posthorn.jdbc.crash;

import dev.posthorn.EventPublisher;
import dev.posthorn.Published;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.jdbc.JdbcTransaction;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Publishes what is ordered, on two threads; where the database fails, again. */
final class Worker {
  private static final long AGAIN_MILLIS = 50;

  private final Access access;
  private final EventPublisher publisher;
  private final Consumer<String> say;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final Queue<JdbcTransaction> neverEnding = new ConcurrentLinkedQueue<>();

  Worker(Access access, EventPublisher publisher, Consumer<String> say) {
    this.access = access;
    this.publisher = publisher;
    this.say = say;
  }

  void take(String order) {
    threads.execute(() -> attempt(order));
  }

  private void attempt(String order) {
    List<String> words = Arrays.asList(order.split(" ", -1));
    List<String> ids = words.subList(1, words.size());
    try {
      perform(Order.Kind.valueOf(words.get(0)), ids);
    } catch (StoreException | SQLException failure) {
      var unused = threads.schedule(() -> attempt(order), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void perform(Order.Kind kind, List<String> ids) throws SQLException {
    switch (kind) {
      case PUBLISH -> stored(publisher.publish(Agreement.event(ids.get(0))));
      case ALL ->
          publisher.publishAll(ids.stream().map(Agreement::event).toList()).forEach(this::stored);
      case COMMIT, ROLLBACK -> transact(kind, ids.get(0));
      case THROW -> {
        try {
          transact(kind, ids.get(0));
        } catch (IllegalStateException ordered) {
          say.accept("undone " + ids.get(0));
        }
      }
      case HANG -> hang(ids.get(0));
    }
  }

  private void transact(Order.Kind kind, String id) throws SQLException {
    try (JdbcTransaction transaction = access.begin()) {
      publisher.in(transaction).publish(Agreement.event(id));
      if (kind == Order.Kind.THROW) {
        throw new IllegalStateException("the host fails");
      }
      if (kind == Order.Kind.COMMIT) {
        transaction.commit();
      }
    }
    say.accept((kind == Order.Kind.COMMIT ? "ack " : "undone ") + id);
  }

  /** Leaves a transaction open until the process is killed. */
  private void hang(String id) throws SQLException {
    JdbcTransaction transaction = access.begin();
    neverEnding.add(transaction);
    publisher.in(transaction).publish(Agreement.event(id));
    say.accept("open " + id);
  }

  private void stored(Published published) {
    boolean there = published.accepted() || published.status() == Published.Status.KNOWN;
    say.accept((there ? "ack " : published.status() + " ") + published.event().id());
  }
}
