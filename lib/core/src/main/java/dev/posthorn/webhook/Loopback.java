package dev.posthorn.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine itself, as URLs name it. */
final class Loopback {
  private static final List<AddressRange> RANGES =
      List.of(AddressRange.of("127.0.0.0/8"), AddressRange.of("::1/128"));

  private Loopback() {}

  /** True for {@code localhost} and for loopback addresses, and for no other name. */
  static boolean isNamed(String host, @Nullable AddressBits literal) {
    return host.equals("localhost") || (literal != null && contains(literal));
  }

  static boolean contains(AddressBits address) {
    return PublicAddresses.within(RANGES, address);
  }
}
