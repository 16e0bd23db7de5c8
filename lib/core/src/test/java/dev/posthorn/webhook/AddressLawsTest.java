package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** The rules for addresses against a model that knows only large numbers and the lists' text. */
class AddressLawsTest {
  private static final String HOST = "hooks.example.com";

  /** A range as an operator writes it, and as numbers. */
  record Cidr(InetAddress base, int prefix) {
    String text() {
      return base.getHostAddress() + "/" + prefix;
    }

    boolean contains(InetAddress address) {
      int length = base.getAddress().length;
      int free = length * 8 - prefix;
      return address.getAddress().length == length
          && number(address).shiftRight(free).equals(number(base).shiftRight(free));
    }
  }

  @Property(tries = 2000)
  void theStandardIsWhatTheListsSay(@ForAll("addresses") InetAddress address) {
    assertEquals(
        AddressModel.isPublic(address.getAddress()),
        EndpointPolicy.standard().permits(HOST, address, 443),
        address::toString);
  }

  @Property(tries = 600)
  void denialsComeFirstThenAllowancesThenTheStandard(
      @ForAll("addresses") InetAddress address,
      @ForAll @Size(max = 3) List<@From("ranges") Cidr> denied,
      @ForAll @Size(max = 3) List<@From("ranges") Cidr> allowed) {
    EndpointPolicy policy = EndpointPolicy.standard();
    for (Cidr range : denied) {
      policy = policy.deny(range.text());
    }
    for (Cidr range : allowed) {
      policy = policy.allow(range.text());
    }
    boolean expected =
        denied.stream().noneMatch(range -> range.contains(address))
            && (allowed.stream().anyMatch(range -> range.contains(address))
                || AddressModel.isPublic(address.getAddress()));
    assertEquals(
        expected, policy.permits(HOST, address, 443), () -> address + " " + denied + allowed);
  }

  @Property(tries = 600)
  void withDns64AnAddressBehindTheTranslatorIsJudgedAsItself(
      @ForAll("ipv4") InetAddress inside, @ForAll @Size(max = 2) List<@From("ranges") Cidr> denied)
      throws UnknownHostException {
    EndpointPolicy policy = EndpointPolicy.standard().dns64();
    for (Cidr range : denied) {
      policy = policy.deny(range.text());
    }
    byte[] outside = new byte[16];
    outside[1] = 0x64;
    outside[2] = (byte) 0xff;
    outside[3] = (byte) 0x9b;
    System.arraycopy(inside.getAddress(), 0, outside, 12, 4);
    InetAddress address = InetAddress.getByAddress(outside);
    boolean deniedOutside = denied.stream().anyMatch(range -> range.contains(address));
    assertEquals(
        policy.permits(HOST, inside, 443) && !deniedOutside, policy.permits(HOST, address, 443));
    assertEquals(false, EndpointPolicy.standard().permits(HOST, address, 443));
  }

  @Property
  void anAddressIsWrittenSoThatItIsReadBack(@ForAll("addresses") InetAddress address)
      throws UnknownHostException {
    String text = AddressBits.of(address).text();
    assertEquals(AddressBits.of(address), AddressBits.parse(text));
    byte[] bytes = InetAddress.getByName(text).getAddress();
    assertArrayEquals(address.getAddress(), bytes);
  }

  @Property
  void aRangeReadsBackAndBitsBeyondItsPrefixAreRefused(@ForAll("ranges") Cidr range) {
    AddressRange read = AddressRange.of(range.text());
    assertEquals(read, AddressRange.of(read.toString()));
    int free = range.base.getAddress().length * 8 - range.prefix;
    if (free > 0) {
      InetAddress odd = moved(range.base, BigInteger.ONE);
      String text = odd.getHostAddress() + "/" + range.prefix;
      assertThrows(IllegalArgumentException.class, () -> AddressRange.of(text));
    }
  }

  @Property
  void whateverIsReadAsAnAddressIsNothingOrAnAddress(@ForAll String text) {
    AddressBits bits = AddressBits.parse(text);
    if (bits != null) {
      assertEquals(bits, AddressBits.parse(bits.text()));
    }
    assertNotNull(String.valueOf(HostPort.host(text)));
  }

  @Provide
  Arbitrary<InetAddress> ipv4() {
    return Arbitraries.bytes().array(byte[].class).ofSize(4).map(AddressLawsTest::address);
  }

  /** Anything, and often what lies at an end of a range. */
  @Provide
  Arbitrary<InetAddress> addresses() {
    Arbitrary<InetAddress> ends =
        Combinators.combine(
                Arbitraries.of(AddressModel.ranges()).flatMap(r -> Arbitraries.of(r.boundaries())),
                Arbitraries.integers().between(-2, 2))
            .as((end, by) -> moved(end, BigInteger.valueOf(by)));
    Arbitrary<InetAddress> ipv6 =
        Arbitraries.bytes().array(byte[].class).ofSize(16).map(AddressLawsTest::address);
    Arbitrary<InetAddress> global =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofSize(16)
            .map(
                bytes -> {
                  bytes[0] = (byte) (0x20 | (bytes[0] & 0x0f));
                  return address(bytes);
                });
    return Arbitraries.oneOf(ends, ends, ipv4(), ipv6, global);
  }

  @Provide
  Arbitrary<Cidr> ranges() {
    return addresses()
        .filter(address -> !isMappedPrefix(address))
        .flatMap(
            address ->
                Arbitraries.integers()
                    .between(0, address.getAddress().length * 8)
                    .map(prefix -> cidr(address, prefix)));
  }

  /** The JVM writes these as IPv4. */
  private static boolean isMappedPrefix(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 16 && new BigInteger(1, bytes).bitLength() <= 48;
  }

  private static Cidr cidr(InetAddress address, int prefix) {
    int length = address.getAddress().length;
    int free = length * 8 - prefix;
    return new Cidr(address(number(address).shiftRight(free).shiftLeft(free), length), prefix);
  }

  private static InetAddress moved(InetAddress address, BigInteger by) {
    int length = address.getAddress().length;
    BigInteger limit = BigInteger.ONE.shiftLeft(length * 8);
    return address(number(address).add(by).mod(limit), length);
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static InetAddress address(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    byte[] digits = number.toByteArray();
    int used = Math.min(length, digits.length);
    System.arraycopy(digits, digits.length - used, bytes, length - used, used);
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
