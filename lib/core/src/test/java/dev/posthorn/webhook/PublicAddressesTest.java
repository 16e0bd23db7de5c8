package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
  private final EndpointPolicy standard = EndpointPolicy.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // this host, private, shared, loopback, link-local
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.0",
        "192.168.255.255",
        // clouds' metadata: AWS, GCP, Azure, DigitalOcean; ECS tasks; EKS pods; Alibaba; Azure's
        // wire server; Oracle
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        // documentation, benchmarks, anycast relays, AS112, AMT
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        // multicast, reserved, broadcast
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        // IPv6: unspecified, loopback, unique local, link-local, site-local, multicast
        "::",
        "::1",
        "fc00::1",
        "fd00::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "fe80::a9fe:a9fe",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        // an IPv4 address inside: compatible, mapped, SIIT, NAT64, local NAT64, 6to4, Teredo,
        // ISATAP
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "::ffff:0:8.8.8.8",
        "64:ff9b::127.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2002:808:808::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::5efe:10.0.0.1",
        // protocol assignments, benchmarks, ORCHID, documentation, discard, SRv6, AS112
        "2001:1::1",
        "2001:2::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
        "100::1",
        "100:0:0:1::1",
        "5f00::1",
        "2620:4f:8000::1",
        // not allocated
        "1::1",
        "200::1",
        "2001:100::1",
        "2001:1000::1",
        "2001:4e00::1",
        "2001:6000::1",
        "2002::1",
        "2003:4000::1",
        "2420::1",
        "2620:200::1",
        "2640::1",
        "2d00::1",
        "3000::1",
        "4000::1",
        "8000::1",
        "e000::1",
      })
  void specialAddressesAreRefused(String literal) throws UnknownHostException {
    assertFalse(standard.permits("hooks.example.com", InetAddress.getByName(literal), 443));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2400:cb00::1",
        "2606:4700:4700::1111",
        "2620:fe::fe",
        "2620:4f:7fff::1",
        "2620:4f:8001::1",
        "2800::1",
        "2a00:1450::1",
        "2a10::1",
        "2c0f::1",
        "2001:b000::1",
        "2001:db7::1",
        "2001:db9::1",
      })
  void publicAddressesArePermitted(String literal) throws UnknownHostException {
    assertTrue(standard.permits("hooks.example.com", InetAddress.getByName(literal), 443));
  }

  @Test
  void aMappedAddressIsJudgedAsItsIpv4AlsoWhereTheJvmKeepsItAsIpv6() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    mapped[12] = 127;
    mapped[15] = 1;
    InetAddress loopback = Inet6Address.getByAddress("hooks.example.com", mapped, 1);
    assertEquals(16, loopback.getAddress().length);
    assertFalse(standard.permits("hooks.example.com", loopback, 443));
    assertTrue(standard.allow("127.0.0.0/8").permits("hooks.example.com", loopback, 443));
    assertFalse(standard.allow("::/0").permits("hooks.example.com", loopback, 443));
  }

  @Test
  void aZoneChangesNothing() throws UnknownHostException {
    byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
    assertFalse(
        standard.permits(
            "hooks.example.com",
            Inet6Address.getByAddress("hooks.example.com", linkLocal, 3),
            443));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "1:0:3:4:5:6:7:8",
        "1::4:0:0:7:8",
        "1:0:0:4::8",
        "2001:db8::a:b",
        "0:0:1::",
        "8.8.8.8",
        "255.255.255.255",
        "0.0.0.0",
      })
  void writesAddressesCanonically(String canonical) {
    AddressBits bits = AddressBits.parse(canonical);
    assertEquals(canonical, bits == null ? "" : bits.text());
  }
}
