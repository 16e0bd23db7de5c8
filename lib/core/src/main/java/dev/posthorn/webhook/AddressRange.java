package dev.posthorn.webhook;

import org.jspecify.annotations.Nullable;

/**
 * The addresses that share a prefix: IPv4 ranges hold IPv4 addresses only, IPv6 ranges IPv6 only.
 */
record AddressRange(AddressBits base, int length) {

  /**
   * Reads CIDR notation, for example {@code 10.0.0.0/8} or {@code fd00::/8}.
   *
   * @throws IllegalArgumentException if it is not CIDR, or has bits beyond its prefix
   */
  static AddressRange of(String cidr) {
    int slash = cidr.indexOf('/');
    AddressBits base = AddressBits.parse(cidr.substring(0, slash));
    int bits = prefix(cidr.substring(slash + 1), base);
    if (base == null || bits < 0) {
      throw new IllegalArgumentException("not a CIDR range like 10.0.0.0/8 or fd00::/8: " + cidr);
    }
    AddressBits first = masked(base, bits);
    if (!first.equals(base)) {
      throw new IllegalArgumentException(
          cidr + " has bits beyond its prefix; write " + first.text() + cidr.substring(slash));
    }
    return new AddressRange(base, bits);
  }

  boolean contains(AddressBits address) {
    return address.isIpv4() == base.isIpv4()
        && (address.high() & highMask(length)) == base.high()
        && (address.low() & lowMask(length)) == base.low();
  }

  @Override
  public String toString() {
    return base.text() + "/" + (base.isIpv4() ? length - 96 : length);
  }

  private static int prefix(String text, @Nullable AddressBits base) {
    if (base == null || !text.matches("0|[1-9][0-9]{0,2}")) {
      return -1;
    }
    int bits = Integer.parseInt(text) + (base.isIpv4() ? 96 : 0);
    return bits <= 128 ? bits : -1;
  }

  private static AddressBits masked(AddressBits address, int bits) {
    return new AddressBits(address.high() & highMask(bits), address.low() & lowMask(bits));
  }

  private static long highMask(int bits) {
    return bits == 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
  }

  private static long lowMask(int bits) {
    return bits <= 64 ? 0 : -1L << (128 - bits);
  }
}
