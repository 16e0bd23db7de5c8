package dev.posthorn.testing;

import dev.posthorn.contract.Handshake;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** How a receiver behaves: writes each request down, and decides on its answer. */
final class Conduct {
  static final Answer ACCEPT = Answer.status(204);

  private final Notebook notebook;
  private final Script script = new Script(request -> ACCEPT);
  private final Queue<CountDownLatch> gates = new ConcurrentLinkedQueue<>();
  private final Object arrival = new Object();
  private volatile Answer head = ACCEPT;
  private volatile Answer get = ACCEPT;
  private volatile Responder options = unused -> ACCEPT.header(Handshake.ALLOWED_ORIGIN, "*");
  private volatile boolean over;

  Conduct(Notebook notebook) {
    this.notebook = notebook;
  }

  Script script() {
    return script;
  }

  void head(Answer always) {
    head = always;
  }

  void get(Answer always) {
    get = always;
  }

  void options(Responder always) {
    options = always;
  }

  /** A part of the script that holds requests until {@link #letGo}. */
  Responder held() {
    CountDownLatch gate = new CountDownLatch(1);
    gates.add(gate);
    return request -> {
      gate.await();
      return ACCEPT;
    };
  }

  void letGo() {
    for (CountDownLatch gate = gates.poll(); gate != null; gate = gates.poll()) {
      gate.countDown();
    }
  }

  /** From now on nobody is answered, and nobody waits. */
  void end() {
    over = true;
    letGo();
  }

  /** Called for each request, on the thread of its connection. */
  Answer respond(Seen request) {
    Responder responder;
    synchronized (arrival) { // so that the order of requests is the order of the script
      notebook.add(request);
      responder = responderTo(request);
    }
    Answer answer = over ? Answer.reset() : ask(responder, request);
    Answer last = over ? Answer.reset() : answer;
    request.answered(last.status());
    return last;
  }

  private Responder responderTo(Seen request) {
    return switch (request.method()) {
      case "POST" -> script.next();
      case "HEAD" -> unused -> head;
      case "GET" -> unused -> get;
      case "OPTIONS" -> options;
      default -> unused -> Answer.status(405).header("Allow", "GET, HEAD, OPTIONS, POST");
    };
  }

  private static Answer ask(Responder responder, Seen request) {
    try {
      return Objects.requireNonNull(responder.answer(request), "the answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.reset();
    } catch (Exception | AssertionError e) {
      return Answer.status(500).body("the test's responder threw " + e);
    }
  }
}
