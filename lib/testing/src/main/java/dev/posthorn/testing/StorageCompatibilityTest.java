package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Every promise of {@code dev.posthorn.store}, as tests that name the promise when it is broken. A
 * store of one's own is compatible if this passes:
 *
 * <pre>{@code
 * class MyStoreTest extends StorageCompatibilityTest {
 *   @Override
 *   protected Storage open() {
 *     return MyStore.emptied();
 *   }
 * }
 * }</pre>
 *
 * <p>By default the store's time passes by waiting, about a minute in all. A store whose clock can
 * be moved overrides {@link #passTime} and lengthens {@link #moment}. Quotas, capacity and burst
 * sizes are a store's own and not tested here. For JUnit 5, one test after another.
 */
public abstract class StorageCompatibilityTest extends WebhookCompatibility {
  private static final int THREADS = 4;

  /** For subclasses. */
  protected StorageCompatibilityTest() {}

  /** Opens a store without any content; called before each test. */
  @Override
  protected abstract Storage open();

  /** Called with the store after each test, to close it. By default nothing happens. */
  @Override
  protected void close(Storage opened) {
    super.close(opened);
  }

  /** Lets the store's time pass. By default it waits for as long. */
  @Override
  protected void passTime(Duration time) {
    super.passTime(time);
  }

  /**
   * The unit of the tests' times: far longer than a call of the store takes. By default half a
   * second; a store whose time is moved by {@link #passTime} returns a minute or so.
   */
  @Override
  protected Duration moment() {
    return super.moment();
  }

  @Test
  void claimersNeverShareAClaim() throws Exception {
    List<WebhookId> lanes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lanes.add(webhook("w" + i));
    }
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      events.add(event("e" + i, lanes.toArray(WebhookId[]::new)));
    }
    deliveries.add(events, moments(1000));

    Set<DeliveryId> claimed = ConcurrentHashMap.newKeySet();
    atOnce(
        thread -> {
          List<Claim> batch = claimFor(thread);
          while (claimed.size() < 2000) {
            batch.forEach(
                one -> assertTrue(claimed.add(one.id()), "two claimers never share a claim"));
            batch = claimFor(thread);
          }
          return true;
        });
    assertEquals(2000, claimed.size(), "everything that is due is granted to someone");
  }

  private List<Claim> claimFor(int thread) {
    return deliveries
        .claim(new ClaimRequest("node-" + thread, 40, 10, Map.of(), moments(1000)))
        .claims();
  }

  @Test
  void anEventThatSeveralAddAtOnceIsStoredOnce() throws Exception {
    WebhookId a = webhook("a");
    for (int round = 0; round < 20; round++) {
      String id = "e" + round;
      List<Added> answers =
          atOnce(
              thread -> {
                NewEvent same = event(id, a);
                return deliveries.add(List.of(same), lease()).get(0);
              });
      assertEquals(
          1,
          answers.stream().filter(one -> one.status() == Status.NEW).count(),
          "of several adds of one event exactly one stores it");
    }
    assertEquals(20, log(a).size(), "there is exactly one delivery per event and webhook");
  }

  @Test
  void ofSeveralWritersOfOneVersionOneWins() throws Exception {
    WebhookId a = webhook("a");
    StoredWebhook old = stored(a);
    List<Boolean> written = atOnce(thread -> webhooks.replace(old.disabled("by " + thread)));
    assertEquals(
        1, written.stream().filter(won -> won).count(), "of several writers exactly one wins");
    assertEquals(2, stored(a).version(), "the version is counted up once");
  }

  @Test
  void ofSeveralResultsOfOneClaimOneIsWritten() throws Exception {
    DeliveryId id = deliver("e", webhook("a"));
    Claim claim = claimOne("what is due is claimed");
    List<Integer> written = atOnce(thread -> written(List.of(accepted(claim)), List.of()));
    assertEquals(
        1, written.stream().mapToInt(n -> n).sum(), "a result is written once, whoever writes it");
    assertEquals(1, history.attempts(id).size(), "its attempt is kept once");
  }

  /** A task that knows which thread it is run by. */
  private interface Numbered<T> {
    T run(int thread) throws Exception;
  }

  private static <T> List<T> atOnce(Numbered<T> task) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<FutureTask<T>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      Callable<T> one =
          () -> {
            start.await();
            return task.run(number);
          };
      FutureTask<T> future = new FutureTask<>(one);
      running.add(future);
      Thread thread = new Thread(future, "compatibility-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    start.countDown();
    List<T> results = new ArrayList<>();
    for (FutureTask<T> future : running) {
      results.add(result(future));
    }
    return results;
  }

  private static <T> T result(FutureTask<T> future) throws Exception {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("calls that are made at once return", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error broken) {
        throw broken;
      }
      throw e;
    }
  }
}
