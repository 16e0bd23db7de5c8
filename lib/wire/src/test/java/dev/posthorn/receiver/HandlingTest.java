package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandlingTest {
  private static final String RECEIVED = "Reply[200: received]";
  private static final String AGAIN = "Reply[200: received before]";
  private static final String FAILED = "Reply[500: the event could not be handled]";
  private static final String BUSY = "Reply[503: the event is being handled]";

  private final MovableClock clock = new MovableClock();
  private final WebhookReceiver plain =
      WebhookReceiver.of(Contracts.oneHorizon(), Secret.of("one-key"));
  private final WebhookReceiver receiver = plain.remembering(RecentEvents.atMost(100, clock));
  private final List<String> handled = new ArrayList<>();
  private final Log log = new Log();

  @BeforeEach
  void listen() {
    log.open();
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void headAndGetVerifyWithoutKeyAndWithoutABody() throws IOException {
    for (String method : new String[] {"HEAD", "GET"}) {
      Reply reply = plain.handle(method, Map.of(), InputStream.nullInputStream(), e -> fail());

      assertEquals("Reply[204]", reply.toString());
      assertEquals(Map.of(), reply.headers());
    }
  }

  @Test
  void otherMethodsAreToldWhichThereAre() throws IOException {
    for (String method : new String[] {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", ""}) {
      Reply reply =
          plain.handle(method, Request.usual().headers, InputStream.nullInputStream(), e -> fail());

      assertEquals("Reply[405: events are sent by POST]", reply.toString());
      assertEquals("GET, HEAD, POST", reply.headers().get("Allow"));
    }
  }

  @Test
  void anEventHasOneEffectHoweverOftenItComes() {
    assertEquals(RECEIVED, post(receiver, "evt_1"));
    assertEquals(AGAIN, post(receiver, "evt_1"));
    assertEquals(RECEIVED, post(receiver, "evt_2"));
    assertEquals(AGAIN, post(receiver, "evt_1"));

    assertEquals(List.of("evt_1", "evt_2"), handled);
  }

  @Test
  void withoutAMemoryEachRequestIsHandled() {
    post(plain, "evt_1");
    post(plain, "evt_1");

    assertEquals(List.of("evt_1", "evt_1"), handled);
  }

  @Test
  void anotherReceiverWithAnotherMemoryHandlesTheEventToo() {
    post(receiver, "evt_1");
    assertEquals(RECEIVED, post(plain.remembering(RecentEvents.atMost(1)), "evt_1"));
  }

  @Test
  void whatWasRefusedIsNotRemembered() {
    Request.usual().with("X-One-Webhook-Key", "guess").post(receiver, e -> fail());
    Request.usual().with("X-One-Event-Type", "other").post(receiver, e -> fail());

    assertEquals(RECEIVED, post(receiver, "evt_1"));
  }

  @Test
  void aHandlerThatThrowsIsA500AndTheRetryIsHandled() {
    Exception lost = new IOException("the database is away");
    Reply reply =
        Request.usual()
            .post(
                receiver,
                event -> {
                  throw lost;
                });

    assertEquals(FAILED, reply.toString());
    assertEquals("the handler failed at event evt_1 of type task.updated", log.lines.get(0));
    assertSame(lost, log.thrown.get(0));
    assertEquals(RECEIVED, post(receiver, "evt_1"));
    assertEquals(AGAIN, post(receiver, "evt_1"));
  }

  @Test
  void anErrorIsPassedOnAndTheRetryIsHandled() {
    Error full = new OutOfMemoryError("as if");
    Error thrown =
        assertThrows(
            Error.class,
            () ->
                Request.usual()
                    .post(
                        receiver,
                        event -> {
                          throw full;
                        }));

    assertSame(full, thrown);
    assertEquals(RECEIVED, post(receiver, "evt_1"));
  }

  @Test
  void anInterruptIsNotSwallowed() {
    Reply reply =
        Request.usual()
            .post(
                receiver,
                event -> {
                  throw new InterruptedException();
                });

    assertTrue(Thread.interrupted());
    assertEquals(FAILED, reply.toString());
  }

  @Test
  void whileOneHandlesAnEventAnotherIsToldToComeAgain() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<Reply> first =
        new FutureTask<>(
            () ->
                Request.usual()
                    .post(
                        receiver,
                        event -> {
                          begun.countDown();
                          assertTrue(goOn.await(60, TimeUnit.SECONDS));
                        }));
    new Thread(first).start();
    assertTrue(begun.await(60, TimeUnit.SECONDS));

    Reply second = Request.usual().post(receiver, event -> fail());
    assertEquals(BUSY, second.toString());
    assertFalse(second.headers().containsKey("Retry-After"), "which would hold up other events");
    assertEquals(RECEIVED, post(receiver, "evt_2"));
    goOn.countDown();
    assertEquals(RECEIVED, first.get(60, TimeUnit.SECONDS).toString());
    assertEquals(AGAIN, post(receiver, "evt_1"));
  }

  @Test
  void afterACrashTheEventIsHandledWhenItsLeaseHasRunOut() {
    RecentEvents memory = RecentEvents.atMost(10, clock);
    memory.begin("onehorizon/workspaces/w_1", "evt_1", Duration.ofSeconds(30));
    WebhookReceiver restarted = plain.remembering(memory);

    assertEquals(BUSY, post(restarted, "evt_1"));
    clock.pass(Duration.ofSeconds(30));
    assertEquals(RECEIVED, post(restarted, "evt_1"));
  }

  @Test
  void theLeaseIsTheOneThatWasGiven() {
    List<Duration> leases = new ArrayList<>();
    ProcessedEvents memory =
        new Faulty("") {
          @Override
          public Progress begin(String source, String id, Duration lease) {
            leases.add(lease);
            return super.begin(source, id, lease);
          }
        };
    post(plain.remembering(memory), "evt_1");
    post(plain.remembering(memory, Duration.ofMinutes(2)), "evt_1");

    assertEquals(List.of(Duration.ofSeconds(30), Duration.ofMinutes(2)), leases);
    assertEquals(
        "lease must be positive: PT0S",
        assertThrows(IllegalArgumentException.class, () -> plain.remembering(memory, Duration.ZERO))
            .getMessage());
  }

  @Test
  void aMemoryThatCannotBeginIsA500AndNothingIsHandled() {
    assertEquals(FAILED, post(plain.remembering(new Faulty("begin")), "evt_1"));

    assertEquals(List.of(), handled);
    assertEquals(
        List.of("the memory of processed events failed at event evt_1 of type task.updated"),
        log.lines);
  }

  @Test
  void aMemoryThatCannotSayDoneDoesNotUndoTheEffect() {
    assertEquals(RECEIVED, post(plain.remembering(new Faulty("done")), "evt_1"));

    assertEquals(List.of("evt_1"), handled);
    assertEquals(1, log.lines.size());
  }

  @Test
  void aMemoryThatCannotForgetLeavesTheHandlersFailureVisible() {
    Reply reply =
        Request.usual()
            .post(
                plain.remembering(new Faulty("forget")),
                event -> {
                  throw new IOException();
                });

    assertEquals(FAILED, reply.toString());
    assertEquals(
        List.of(
            "the memory of processed events failed at event evt_1 of type task.updated",
            "the handler failed at event evt_1 of type task.updated"),
        log.lines);
  }

  private String post(WebhookReceiver to, String id) {
    return Request.usual()
        .with("X-One-Event-Id", id)
        .body(Request.BODY.replace("evt_1", id))
        .post(to, event -> handled.add(event.getId()))
        .toString();
  }

  /** Always starts, and throws where it is told to. */
  private static class Faulty implements ProcessedEvents {
    private final String method;

    Faulty(String method) {
      this.method = method;
    }

    @Override
    public Progress begin(String source, String id, Duration lease) {
      throwIf("begin");
      return Progress.STARTED;
    }

    @Override
    public void done(String source, String id) {
      throwIf("done");
    }

    @Override
    public void forget(String source, String id) {
      throwIf("forget");
    }

    private void throwIf(String called) {
      if (called.equals(method)) {
        throw new IllegalStateException("as if the database were away");
      }
    }
  }

  private static final class Log extends Handler {
    private final Logger logger = Logger.getLogger("dev.posthorn.receiver");
    private final List<String> lines = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();

    void open() {
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(record.getMessage());
      thrown.add(record.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }
}
