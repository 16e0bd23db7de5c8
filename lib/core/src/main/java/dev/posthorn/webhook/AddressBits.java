package dev.posthorn.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as 128 bits. An IPv4 address stands in the IPv4-mapped part of IPv6 ({@code
 * ::ffff:0:0/96}), so that a mapped address cannot be judged otherwise than the IPv4 address that
 * it is.
 */
record AddressBits(long high, long low) {
  private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

  /** Neither a zone nor an IPv4 tail. */
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]{2,39}");

  private static final long MAPPED = 0xffffL << 32;

  /** The well-known prefix of NAT64 (RFC 6052), {@code 64:ff9b::/96}. */
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;

  static AddressBits of(InetAddress address) {
    return of(address.getAddress());
  }

  /** An address literal in its strict form, IPv6 without brackets; null if it is none. */
  static @Nullable AddressBits parse(String literal) {
    return literal.indexOf(':') < 0 ? parseIpv4(literal) : parseIpv6(literal);
  }

  boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** The IPv4 address that a translator finds in this one, or this one if it is no such address. */
  AddressBits throughNat64() {
    boolean translated = high == NAT64 && low >>> 32 == 0;
    return translated ? new AddressBits(0, MAPPED | low) : this;
  }

  /** The canonical text: a dotted quad, or IPv6 as RFC 5952 writes it. */
  String text() {
    return isIpv4() ? ipv4Text() : ipv6Text();
  }

  private static AddressBits of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return bytes.length == 4
        ? new AddressBits(0, MAPPED | (buffer.getInt() & 0xffff_ffffL))
        : new AddressBits(buffer.getLong(), buffer.getLong());
  }

  /** Four decimal numbers without leading zeros; none of the shorter, octal or hex forms. */
  private static @Nullable AddressBits parseIpv4(String literal) {
    if (literal.isEmpty() || literal.charAt(literal.length() - 1) > '9') {
      return null; // a name, nearly always
    }
    String[] parts = literal.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    long bits = 0;
    for (String part : parts) {
      if (!OCTET.matcher(part).matches() || Integer.parseInt(part) > 255) {
        return null;
      }
      bits = bits << 8 | Integer.parseInt(part);
    }
    return new AddressBits(0, MAPPED | bits);
  }

  private static @Nullable AddressBits parseIpv6(String literal) {
    if (!IPV6.matcher(literal).matches()) {
      return null;
    }
    try {
      // Within brackets the JDK takes the text for a literal and never asks a name server.
      return of(InetAddress.getByName("[" + literal + "]"));
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private String ipv4Text() {
    return (low >>> 24 & 255)
        + "."
        + (low >>> 16 & 255)
        + "."
        + (low >>> 8 & 255)
        + "."
        + (low & 255);
  }

  private String ipv6Text() {
    int start = -1;
    int zeros = 1; // a run of one is not shortened
    for (int i = 0; i < 8; i++) {
      int run = zerosFrom(i);
      if (run > zeros) {
        start = i;
        zeros = run;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += zeros - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int zerosFrom(int index) {
    int i = index;
    while (i < 8 && group(i) == 0) {
      i++;
    }
    return i - index;
  }

  private int group(int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }
}
