package dev.posthorn.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code Retry-After}: four bytes of what the clock says, then what a receiver answers. */
public final class RetryAfterFuzz {
  private RetryAfterFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer bytes = ByteBuffer.wrap(input);
    long now = input.length < 4 ? 0 : bytes.getInt() & 0xffff_ffffL;
    String header = StandardCharsets.UTF_8.decode(bytes).toString();
    check(header, RetryAfter.parse(header, Instant.ofEpochSecond(now)));
  }

  private static void check(String header, @Nullable Duration wait) {
    if (wait != null && (wait.isNegative() || wait.compareTo(RetryAfter.LONGEST) > 0)) {
      throw new AssertionError("waits " + wait + " for: " + header);
    }
  }
}
