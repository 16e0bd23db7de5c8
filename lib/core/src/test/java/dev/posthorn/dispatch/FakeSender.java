package dev.posthorn.dispatch;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers as its script says, by host; 200 where it says nothing. */
public final class FakeSender implements WebhookSender {
  private final Map<String, ConcurrentLinkedQueue<Function<Request, Exchange>>> scripts =
      new ConcurrentHashMap<>();
  private final Map<String, Function<Request, Exchange>> rules = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private int inFlight;
  private int mostInFlight;
  private final AtomicInteger closed = new AtomicInteger();

  /** A door at which exchanges wait. */
  public static final class Gate {
    private final CountDownLatch open = new CountDownLatch(1);
    private final Exchange then;

    private Gate(Exchange then) {
      this.then = then;
    }

    /** Lets all through. */
    public void open() {
      open.countDown();
    }

    private Exchange pass() {
      try {
        open.await();
        return then;
      } catch (InterruptedException interrupted) {
        return Exchange.failed(FailureDetail.RESET, Duration.ZERO, false);
      }
    }
  }

  /** The next exchanges with a host. */
  public FakeSender next(String host, Exchange... exchanges) {
    for (Exchange exchange : exchanges) {
      next(host, request -> exchange);
    }
    return this;
  }

  /** The next exchange with a host. */
  public FakeSender next(String host, Function<Request, Exchange> exchange) {
    scripts.computeIfAbsent(host, unused -> new ConcurrentLinkedQueue<>()).add(exchange);
    return this;
  }

  /** All exchanges with a host that the script does not cover. */
  public FakeSender always(String host, Function<Request, Exchange> exchange) {
    rules.put(host, exchange);
    return this;
  }

  /** All exchanges with a host wait at a door. */
  public Gate hang(String host) {
    Gate gate = new Gate(status(200));
    always(host, request -> gate.pass());
    return gate;
  }

  /** An answer. */
  public static Exchange status(int status) {
    return Exchange.answered(status, null, "", Duration.ofMillis(5), false);
  }

  /** An answer that asks for a pause. */
  public static Exchange pause(int status, String retryAfter) {
    return Exchange.answered(status, retryAfter, "", Duration.ofMillis(5), false);
  }

  /** No answer. */
  public static Exchange failed(FailureDetail detail) {
    return Exchange.failed(detail, Duration.ofMillis(5), false);
  }

  @Override
  public Exchange send(Request request) {
    requests.add(request);
    begin();
    try {
      String host = request.url().getHost();
      var script = scripts.get(host);
      Function<Request, Exchange> next = script == null ? null : script.poll();
      if (next == null) {
        next = rules.getOrDefault(host, unused -> status(200));
      }
      return next.apply(request);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    notifyAll();
  }

  private synchronized void end() {
    inFlight--;
  }

  /** What was sent, in order. */
  public List<Request> requests() {
    return requests;
  }

  /** How many requests a host has got. */
  public long requests(String host) {
    return requests.stream().filter(request -> request.url().getHost().equals(host)).count();
  }

  /** How many exchanges are under way. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** Waits until so many exchanges are under way; false if that takes longer. */
  public synchronized boolean awaitInFlight(int count, Duration atMost)
      throws InterruptedException {
    long limit = System.nanoTime() + atMost.toNanos();
    while (inFlight < count) {
      long left = limit - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** How many exchanges were under way at most. */
  public synchronized int mostInFlight() {
    return mostInFlight;
  }

  /** How often it was closed. */
  public int closed() {
    return closed.get();
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
