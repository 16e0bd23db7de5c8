package dev.posthorn.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;

/**
 * Resolves the host of the current call within its deadline, and refuses the whole answer if any
 * address of it is refused. OkHttp connects to exactly what comes out here.
 *
 * <p>The second method of {@link Dns} is inherited: it comes back to this one.
 */
final class GuardedNames implements Dns {
  /** Nobody needs more addresses, and each can cost a part of the deadline. */
  private static final int MOST_ADDRESSES = 16;

  private final Guard guard;
  private final Lookups lookups;

  GuardedNames(Guard guard, Lookups lookups) {
    this.guard = guard;
    this.lookups = lookups;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    Trace trace = guard.current();
    if (trace == null) {
      throw new UnknownHostException("no name is resolved outside of an exchange");
    }
    List<InetAddress> answer = lookups.find(host, trace.remainingNanos());
    boolean isProxy = !host.equals(trace.host());
    if (!isProxy) {
      for (InetAddress address : answer) {
        guard.admit(trace, address);
      }
    }
    return answer.size() <= MOST_ADDRESSES ? answer : answer.subList(0, MOST_ADDRESSES);
  }
}
