package dev.posthorn.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Name look-ups that nobody waits for longer than wanted. The JVM's own cannot be interrupted and
 * may take minutes, so they run on a few threads of their own; those of hosts that never answered
 * get a quarter of them and no more. One look-up per host at a time: who comes later waits for the
 * same.
 */
final class Lookups implements AutoCloseable {
  /** Asks the name service, blocking. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private static final int UNPROVEN_THREADS = 4;
  private static final int PROVEN_THREADS = 12;

  /** More than can be served within any deadline. */
  private static final int MOST_WAITING = 1024;

  private final Resolver resolver;
  private final ProvenHosts proven = new ProvenHosts();
  private final AtomicInteger names = new AtomicInteger();
  private final ThreadPoolExecutor provenThreads = threads(PROVEN_THREADS);
  private final ThreadPoolExecutor unprovenThreads = threads(UNPROVEN_THREADS);
  private final ConcurrentMap<String, Lookup> running = new ConcurrentHashMap<>();

  Lookups(Resolver resolver) {
    this.resolver = resolver;
  }

  /** The addresses of a host; throws if there are none, or not in time. */
  List<InetAddress> find(String host, long nanos) throws UnknownHostException {
    Lookup mine = new Lookup();
    Lookup earlier = running.putIfAbsent(host, mine);
    Lookup lookup = earlier == null ? mine : earlier;
    lookup.wantUntil(System.nanoTime() + nanos);
    if (earlier == null) {
      start(host, mine);
    }
    try {
      return lookup.result().get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failed(host, "cannot be resolved", e);
    } catch (TimeoutException e) {
      proven.remove(host);
      throw failed(host, "was not resolved in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(host, "was not resolved: the thread was interrupted", e);
    }
  }

  /** Remembers that a connection to this host was made: its look-ups are worth a thread. */
  void prove(String host) {
    proven.add(host);
  }

  @Override
  public void close() {
    provenThreads.shutdownNow();
    unprovenThreads.shutdownNow();
    // What was queued will never run; nobody shall wait for it until the deadline.
    running.forEach((host, lookup) -> finish(host, lookup, new UnknownHostException("closed")));
  }

  private void start(String host, Lookup lookup) {
    try {
      (proven.contains(host) ? provenThreads : unprovenThreads).execute(() -> run(host, lookup));
    } catch (RejectedExecutionException e) {
      finish(host, lookup, e);
    }
  }

  private void run(String host, Lookup lookup) {
    if (lookup.isUnwanted(System.nanoTime())) {
      finish(host, lookup, new UnknownHostException("nobody waits any more"));
      return;
    }
    try {
      List<InetAddress> found = List.copyOf(Arrays.asList(resolver.resolve(host)));
      running.remove(host, lookup);
      lookup.result().complete(found);
    } catch (Throwable e) { // also an Error: somebody waits for this
      proven.remove(host);
      finish(host, lookup, e);
    }
  }

  /** Out of the map first: who asks from now on starts anew. */
  private void finish(String host, Lookup lookup, Throwable why) {
    running.remove(host, lookup);
    lookup.result().completeExceptionally(why);
  }

  private ThreadPoolExecutor threads(int count) {
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(work, "posthorn-dns-" + names.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static UnknownHostException failed(String host, String why, Exception cause) {
    UnknownHostException failure = new UnknownHostException(host + " " + why);
    failure.initCause(cause);
    return failure;
  }
}
