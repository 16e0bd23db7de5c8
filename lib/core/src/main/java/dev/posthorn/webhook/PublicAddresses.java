package dev.posthorn.webhook;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are on the public internet.
 *
 * <p>IPv4 goes by what is to be refused: IANA's special-purpose registry (2025-10-09), with
 * multicast, the reserved rest, and the one public address that a cloud uses for its metadata. IPv6
 * goes by what has been allocated (IANA's unicast assignments, 2025-10-10): all else is refused,
 * and with it every form that carries an IPv4 address inside, such as NAT64, 6to4, Teredo, SIIT and
 * IPv4-compatible addresses.
 */
final class PublicAddresses {
  private static final List<AddressRange> SPECIAL_IPV4 =
      ranges(
          "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16",
          "172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24",
          "192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24",
          "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4");

  private static final List<AddressRange> ALLOCATED_IPV6 =
      ranges(
          "2001:200::/23 2001:400::/23 2001:600::/23 2001:800::/22 2001:c00::/23 2001:e00::/23",
          "2001:1200::/23 2001:1400::/22 2001:1800::/23 2001:1a00::/23 2001:1c00::/22",
          "2001:2000::/19 2001:4000::/23 2001:4200::/23 2001:4400::/23 2001:4600::/23",
          "2001:4800::/23 2001:4a00::/23 2001:4c00::/23 2001:5000::/20 2001:8000::/19",
          "2001:a000::/20 2001:b000::/20 2003::/18 2400::/12 2410::/12 2600::/12 2610::/23",
          "2620::/23 2630::/12 2800::/12 2a00::/12 2a10::/12 2c00::/12");

  /** Documentation, and the AS112 sink. */
  private static final List<AddressRange> SPECIAL_IPV6 = ranges("2001:db8::/32 2620:4f:8000::/48");

  private PublicAddresses() {}

  static boolean contain(AddressBits address) {
    return address.isIpv4()
        ? !within(SPECIAL_IPV4, address)
        : within(ALLOCATED_IPV6, address) && !within(SPECIAL_IPV6, address);
  }

  static boolean within(List<AddressRange> ranges, AddressBits address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static List<AddressRange> ranges(String... lines) {
    return Stream.of(lines)
        .flatMap(line -> Stream.of(line.split(" ", -1)))
        .map(AddressRange::of)
        .toList();
  }
}
