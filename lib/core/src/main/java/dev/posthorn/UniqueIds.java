package dev.posthorn;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Ids of 26 characters that sort roughly by time: 48 bits of milliseconds, a 40-bit count that
 * begins at random, and 40 random bits of the instance. Thread-safe.
 */
final class UniqueIds implements Supplier<String> {
  private static final char[] CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int BITS = 40;

  private final Clock clock;
  private final long instance;
  private final AtomicLong count;

  UniqueIds(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.instance = random.nextLong() >>> (64 - BITS);
    this.count = new AtomicLong(random.nextLong() >>> (64 - BITS));
  }

  @Override
  public String get() {
    char[] text = new char[26];
    write(text, 0, 10, clock.millis() & 0xffff_ffff_ffffL);
    write(text, 10, 8, count.getAndIncrement() & 0xff_ffff_ffffL);
    write(text, 18, 8, instance & 0xff_ffff_ffffL);
    return new String(text);
  }

  /** What is in all ids of this instance and in no others', in 8 characters. */
  String instance() {
    char[] text = new char[8];
    write(text, 0, 8, instance & 0xff_ffff_ffffL);
    return new String(text);
  }

  private static void write(char[] text, int from, int digits, long value) {
    long rest = value;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = CROCKFORD[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
