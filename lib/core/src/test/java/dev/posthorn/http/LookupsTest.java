package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupsTest {
  private static final long AMPLE = Duration.ofSeconds(20).toNanos();
  private static final long SHORT = Duration.ofMillis(100).toNanos();

  private final CountDownLatch released = new CountDownLatch(1);
  private final Set<String> hanging = ConcurrentHashMap.newKeySet();
  private final Semaphore arrived = new Semaphore(0);
  private final AtomicInteger asked = new AtomicInteger();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void aHangingLookUpEndsWithTheDeadlineOfTheExchange() {
    try (Sending sending = Sending.resolving(this::resolve, 1)) {
      Exchange exchange = sending.post("http://hang.example.com/", Sending.SHORT);
      assertEquals(FailureDetail.DNS, exchange.failure());
      assertTrue(exchange.took().toSeconds() < 20);
    }
  }

  @Test
  void hostsThatHangNeverTakeTheThreadsOfProvenOnes() throws IOException, InterruptedException {
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        Sending sending = Sending.resolving(this::resolve, receiver.port())) {
      assertEquals(200, sending.post("http://good.example.com/", Sending.AMPLE).status());
      List<CompletableFuture<Exchange>> stuck = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String url = "http://hang" + i + ".example.com/";
        stuck.add(CompletableFuture.supplyAsync(() -> sending.post(url, Sending.AMPLE), this::run));
      }
      awaitHanging(4);
      for (int i = 0; i < 5; i++) {
        assertEquals(200, sending.post("http://good.example.com/", Sending.AMPLE).status());
      }
      assertEquals(4, hanging.size(), "a quarter of sixteen");
      released.countDown();
      stuck.forEach(CompletableFuture::join);
      assertTrue(threads.stream().allMatch(name -> name.startsWith("posthorn-dns-")));
      assertTrue(threads.size() <= 16);
    }
  }

  @Test
  void whoComesLaterWaitsForTheSameLookUp() throws Exception {
    try (Lookups lookups = new Lookups(this::resolve)) {
      List<CompletableFuture<List<InetAddress>>> waiting = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        waiting.add(
            CompletableFuture.supplyAsync(() -> find(lookups, "hang.example.com"), this::run));
      }
      awaitHanging(1);
      assertThrows(UnknownHostException.class, () -> lookups.find("hang.example.com", SHORT));
      released.countDown();
      for (CompletableFuture<List<InetAddress>> each : waiting) {
        assertEquals(1, each.get(20, TimeUnit.SECONDS).size());
      }
      assertEquals(1, asked.get());
      lookups.find("hang.example.com", AMPLE);
      assertEquals(2, asked.get(), "nothing is remembered here");
    }
  }

  @Test
  void aLookUpThatNobodyWaitsForAnyMoreIsNotBegun() throws Exception {
    try (Lookups lookups = new Lookups(this::resolve)) {
      for (int i = 0; i < 4; i++) {
        String host = "hang" + i + ".example.com";
        run(() -> find(lookups, host));
      }
      awaitHanging(4);
      for (int i = 0; i < 20; i++) {
        String host = "late" + i + ".example.com";
        assertThrows(UnknownHostException.class, () -> lookups.find(host, SHORT / 10));
      }
      released.countDown();
      assertEquals(1, lookups.find("good.example.com", AMPLE).size());
      assertEquals(5, asked.get());
    }
  }

  @Test
  void moreThanCanBeServedIsRefusedAtOnce() throws Exception {
    try (Lookups lookups = new Lookups(this::resolve)) {
      for (int i = 0; i < 4; i++) {
        String host = "hang" + i + ".example.com";
        run(() -> find(lookups, host));
      }
      awaitHanging(4);
      for (int i = 0; i < 1024; i++) {
        String host = "queued" + i + ".example.com";
        Exception late = assertThrows(UnknownHostException.class, () -> lookups.find(host, 1));
        assertEquals(host + " was not resolved in time", late.getMessage());
      }
      Exception full =
          assertThrows(UnknownHostException.class, () -> lookups.find("a.example.com", AMPLE));
      assertEquals("a.example.com cannot be resolved", full.getMessage());
    }
  }

  @Test
  void closeLetsNobodyWait() throws Exception {
    Lookups lookups = new Lookups(this::resolve);
    CompletableFuture<List<InetAddress>> waiting =
        CompletableFuture.supplyAsync(() -> find(lookups, "hang.example.com"), this::run);
    awaitHanging(1);
    lookups.close();
    assertTrue(waiting.get(20, TimeUnit.SECONDS).isEmpty());
    assertThrows(UnknownHostException.class, () -> lookups.find("good.example.com", AMPLE));
  }

  @Test
  void anErrorOfTheResolverIsAFailureAndTheThreadsLive() {
    try (Lookups lookups =
        new Lookups(
            host -> {
              throw new StackOverflowError(host);
            })) {
      for (int i = 0; i < 20; i++) {
        UnknownHostException failure =
            assertThrows(UnknownHostException.class, () -> lookups.find("odd.example.com", AMPLE));
        assertEquals("odd.example.com cannot be resolved", failure.getMessage());
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    try (Lookups lookups = new Lookups(this::resolve)) {
      Thread.currentThread().interrupt();
      assertThrows(UnknownHostException.class, () -> lookups.find("hang.example.com", AMPLE));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void provenHostsAreNotRememberedForEver() {
    ProvenHosts proven = new ProvenHosts();
    for (int i = 0; i < 25_000; i++) {
      proven.add("host" + i + ".example.com");
      proven.contains("host0.example.com"); // in use
    }
    assertEquals(10_000, proven.size());
    assertTrue(proven.contains("host0.example.com"));
    assertFalse(proven.contains("host1.example.com"));
    proven.remove("host0.example.com");
    assertFalse(proven.contains("host0.example.com"));
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    asked.incrementAndGet();
    threads.add(Thread.currentThread().getName());
    if (host.startsWith("hang")) {
      hanging.add(host);
      arrived.release();
      boolean interrupted = false;
      while (released.getCount() > 0) { // as deaf as the JVM's own
        try {
          released.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return Sending.addresses("93.184.216.34");
  }

  private static List<InetAddress> find(Lookups lookups, String host) {
    try {
      return lookups.find(host, AMPLE);
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private void awaitHanging(int count) throws InterruptedException {
    assertTrue(arrived.tryAcquire(count, AMPLE, TimeUnit.NANOSECONDS), () -> "came: " + hanging);
    assertEquals(count, hanging.size());
  }

  private void run(Runnable work) {
    Thread thread = new Thread(work, "caller");
    thread.setDaemon(true);
    thread.start();
  }
}
