package dev.posthorn.webhook;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Which addresses are public by {@code addresses.txt}, worked out with large numbers. */
public final class AddressModel {
  /** The first and last address of a range, as numbers. */
  public record Range(boolean refused, String cidr, int bytes, BigInteger first, BigInteger last) {
    private static Range of(String line) {
      String[] words = line.split(" ", 3);
      String[] cidr = words[1].split("/", -1);
      byte[] base = octets(cidr[0]);
      int free = base.length * 8 - Integer.parseInt(cidr[1]);
      BigInteger first = new BigInteger(1, base);
      BigInteger last = first.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE);
      return new Range(words[0].equals("refuse"), words[1], base.length, first, last);
    }

    private boolean contains(byte[] address) {
      BigInteger number = new BigInteger(1, address);
      return address.length == bytes && number.compareTo(first) >= 0 && number.compareTo(last) <= 0;
    }

    /** First, last, one before, one after, as far as there are such. */
    public List<InetAddress> boundaries() {
      BigInteger limit = BigInteger.ONE.shiftLeft(bytes * 8);
      return List.of(first, last, first.subtract(BigInteger.ONE), last.add(BigInteger.ONE)).stream()
          .filter(number -> number.signum() >= 0 && number.compareTo(limit) < 0)
          .map(number -> address(number, bytes))
          .toList();
    }
  }

  private static final List<Range> RANGES = read();

  private AddressModel() {}

  /** All of both lists. */
  public static List<Range> ranges() {
    return RANGES;
  }

  /** By the lists; an IPv4-mapped address is the IPv4 address. */
  public static boolean isPublic(byte[] given) {
    byte[] address = unmapped(given);
    boolean listed =
        address.length == 4 || RANGES.stream().anyMatch(r -> !r.refused && r.contains(address));
    return listed && RANGES.stream().noneMatch(r -> r.refused && r.contains(address));
  }

  private static byte[] unmapped(byte[] address) {
    BigInteger mapped = BigInteger.valueOf(0xffff);
    boolean isMapped =
        address.length == 16 && new BigInteger(1, address).shiftRight(32).equals(mapped);
    return isMapped ? Arrays.copyOfRange(address, 12, 16) : address;
  }

  private static InetAddress address(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    byte[] digits = number.toByteArray();
    int used = Math.min(length, digits.length);
    System.arraycopy(digits, digits.length - used, bytes, length - used, used);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] octets(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<Range> read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(AddressModel.class.getResourceAsStream("addresses.txt")),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Range::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
