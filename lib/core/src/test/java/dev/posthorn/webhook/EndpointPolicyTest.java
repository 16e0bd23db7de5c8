package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPolicyTest {
  private final EndpointPolicy standard = EndpointPolicy.standard();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://hooks.example.com/ | the URL must begin with https://; http needs EndpointPolicy.standard().allowHttp(); to allow it all the same: EndpointPolicy.standard().allow(\"hooks.example.com:80\")",
        "https://hooks.example.com:8443/ | the URL's port must be 443, not 8443; to allow it all the same: EndpointPolicy.standard().allow(\"hooks.example.com:8443\")",
        "https://hooks.example.com:80/ | the URL's port must be 443, not 80; to allow it all the same: EndpointPolicy.standard().allow(\"hooks.example.com:80\")",
        "http://localhost:8080/hook?k=1 | the URL must begin with https://; http needs EndpointPolicy.standard().allowHttp(); to allow it all the same: EndpointPolicy.standard().allow(\"localhost:8080\")",
        "https://localhost/ | the URL's host must be public, not under localhost: localhost; to allow it all the same: EndpointPolicy.standard().allow(\"localhost:443\")",
        "https://intranet/ | the URL's host must have a dot: intranet; to allow it all the same: EndpointPolicy.standard().allow(\"intranet:443\")",
        "https://10.0.0.5/ | the URL's address is not public: 10.0.0.5; to allow it all the same: EndpointPolicy.standard().allow(\"10.0.0.5:443\")",
        "https://[::1]/ | the URL's address is not public: ::1; to allow it all the same: EndpointPolicy.standard().allow(\"[::1]:443\")",
      })
  void theRefusalNamesTheCallThatAllowsIt(String url, String message) {
    Exception refusal = assertThrows(InvalidWebhookException.class, () -> standard.check(url));
    assertEquals(message, refusal.getMessage());
    String entry = message.replaceAll(".*allow\\(\"(.*)\"\\)", "$1");
    assertEquals(url, standard.allow(entry).check(url).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.localhost",
        "printer.local",
        "x.localdomain",
        "metadata.google.internal",
        "instance-data.ec2.internal",
        "kubernetes.default.svc",
        "db.default.svc",
        "router.home.arpa",
        "nas.lan",
        "wiki.corp",
        "a.test",
        "a.invalid",
        "a.onion",
        "A.LOCAL",
        "instance-data",
        "metadata",
      })
  void namesThatAreNotPublicAreRefused(String host) {
    assertThrows(InvalidWebhookException.class, () -> standard.check("https://" + host + "/"));
  }

  @Test
  void httpNeedsItsAllowanceAndPort80() {
    EndpointPolicy policy = standard.allowHttp();
    assertEquals(
        "http://hooks.example.com/", policy.check("http://hooks.example.com:80/").toString());
    assertThrows(
        InvalidWebhookException.class, () -> policy.check("http://hooks.example.com:443/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://localhost/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://10.0.0.1/"));
  }

  @Test
  void anExactHostAndPortLiftsEveryRuleButSyntax() throws UnknownHostException {
    EndpointPolicy policy = standard.allow("LocalHost:8080");
    assertEquals("http://localhost:8080/", policy.check("http://localhost:8080").toString());
    assertEquals("https://localhost:8080/", policy.check("https://localhost:8080").toString());
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://localhost:8081/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://u@localhost:8080/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://localhost.:8080/"));
    assertTrue(policy.permits("localhost", address("127.0.0.1"), 8080));
    assertTrue(policy.permits("localhost", address("::1"), 8080));
    assertFalse(policy.permits("localhost", address("127.0.0.1"), 8081));
    assertFalse(policy.permits("hooks.example.com", address("127.0.0.1"), 8080));
  }

  @Test
  void anExactAddressInBracketsIsAllowedInAnyWriting() throws UnknownHostException {
    EndpointPolicy policy = standard.allow("[0:0:0:0:0:0:0:1]:8080");
    assertEquals("http://[::1]:8080/", policy.check("http://[::1]:8080/").toString());
    assertTrue(policy.permits("[::1]", address("::1"), 8080));
    assertTrue(policy.permits("::1", address("::1"), 8080));
  }

  @Test
  void aRangeLiftsTheRuleOnAddressesOnly() throws UnknownHostException {
    EndpointPolicy policy = standard.allow("10.20.0.0/16").allow("fd00:1::/32");
    assertEquals("https://10.20.3.4/", policy.check("https://10.20.3.4/").toString());
    assertEquals("https://[fd00:1::5]/", policy.check("https://[fd00:1::5]/").toString());
    assertTrue(policy.permits("hooks.example.com", address("10.20.255.255"), 443));
    assertTrue(policy.permits("hooks.example.com", address("fd00:1::5"), 443));
    assertFalse(policy.permits("hooks.example.com", address("10.21.0.0"), 443));
    assertFalse(policy.permits("hooks.example.com", address("fd00:2::5"), 443));
    assertThrows(InvalidWebhookException.class, () -> policy.check("https://10.20.3.4:8443/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://10.20.3.4/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("https://a.corp/"));
  }

  @Test
  void aRangeOfOneFamilySaysNothingAboutTheOther() throws UnknownHostException {
    EndpointPolicy policy = standard.allow("::/0");
    assertFalse(policy.permits("hooks.example.com", address("127.0.0.1"), 443));
    assertTrue(policy.permits("hooks.example.com", address("::1"), 443));
    assertFalse(standard.allow("0.0.0.0/0").permits("a.example", address("::1"), 443));
  }

  @Test
  void aDenialComesBeforeEveryAllowance() throws UnknownHostException {
    EndpointPolicy policy =
        standard
            .allow("localhost:8080")
            .allow("10.0.0.0/8")
            .deny("localhost:8080")
            .deny("10.1.0.0/16")
            .deny("8.8.8.8:443");
    Exception refusal =
        assertThrows(
            InvalidWebhookException.class, () -> policy.check("http://localhost:8080/?k=1"));
    assertEquals("the URL points to localhost:8080, which is denied", refusal.getMessage());
    assertThrows(InvalidWebhookException.class, () -> policy.check("https://10.1.2.3/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("https://8.8.8.8/"));
    assertFalse(policy.permits("localhost", address("127.0.0.1"), 8080));
    assertFalse(policy.permits("hooks.example.com", address("10.1.2.3"), 443));
    assertTrue(policy.permits("hooks.example.com", address("10.2.2.3"), 443));
    assertFalse(
        policy.permits("hooks.example.com", address("8.8.8.8"), 443), "a name for the address");
    assertTrue(policy.permits("hooks.example.com", address("8.8.4.4"), 443));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://localhost:1234/hook | localhost | 127.0.0.1 | 1234",
        "http://LOCALHOST:1234/ | localhost | ::1 | 1234",
        "http://127.0.0.1:1234/ | 127.0.0.1 | 127.0.0.1 | 1234",
        "http://127.8.9.10:1/ | 127.8.9.10 | 127.8.9.10 | 1",
        "http://[::1]:1234/ | [::1] | ::1 | 1234",
        "http://[0:0:0:0:0:0:0:1]:1234/ | ::1 | ::1 | 1234",
        "http://localhost/ | localhost | 127.0.0.1 | 80",
        "https://localhost:8443/ | localhost | 127.0.0.1 | 8443",
      })
  void theMachineItselfIsAllowedOnAnyPort(String url, String host, String address, int port)
      throws UnknownHostException {
    EndpointPolicy policy = standard.allowLoopback();
    assertEquals(port, portOf(policy.check(url)));
    assertTrue(policy.permits(host, address(address), port));
    assertThrows(InvalidWebhookException.class, () -> standard.check(url));
    assertFalse(standard.permits(host, address(address), port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a.localhost:1234/",
        "http://localhost.:1234/",
        "http://localhost.example.com:1234/",
        "http://printer.local:1234/",
        "http://10.0.0.1:1234/",
        "http://0.0.0.0:1234/",
        "http://[::]:1234/",
        "http://[::7f00:1]:1234/",
        "http://[::ffff:7f00:1]:1234/",
        "http://128.0.0.1:1234/",
        "http://hooks.example.com/",
        "https://hooks.example.com:1234/",
        "http://127.1:1234/",
        "http://u@localhost:1234/",
      })
  void theMachineItselfIsNobodyElse(String url) {
    EndpointPolicy policy = standard.allowLoopback();
    assertThrows(InvalidWebhookException.class, () -> policy.check(url));
  }

  @Test
  void aNameThatResolvesToTheMachineItselfStaysRefused() throws UnknownHostException {
    EndpointPolicy policy = standard.allowLoopback();
    assertFalse(policy.permits("hooks.example.com", address("127.0.0.1"), 443));
    assertFalse(policy.permits("hooks.example.com", address("::1"), 443));
    assertFalse(policy.permits("a.localhost", address("127.0.0.1"), 443));
    assertFalse(policy.permits("localhost", address("10.0.0.1"), 443), "whatever the hosts file");
    assertTrue(policy.permits("hooks.example.com", address("8.8.8.8"), 443));
  }

  @Test
  void aDenialComesBeforeTheMachineItself() throws UnknownHostException {
    EndpointPolicy policy = standard.allowLoopback().deny("localhost:5432").deny("127.0.0.2/32");
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://localhost:5432/"));
    assertThrows(InvalidWebhookException.class, () -> policy.check("http://127.0.0.2:80/"));
    assertFalse(policy.permits("localhost", address("127.0.0.1"), 5432));
    assertFalse(policy.permits("127.0.0.2", address("127.0.0.2"), 80));
    assertTrue(policy.permits("localhost", address("127.0.0.1"), 5433));
  }

  @Test
  void changingACopyLeavesTheOriginal() {
    standard.allowLoopback();
    standard.allow("localhost:8080");
    standard.allowHttp();
    assertThrows(InvalidWebhookException.class, () -> standard.check("http://localhost:8080/"));
  }

  @Test
  void showsWhatTheOperatorChose() {
    assertEquals(
        "EndpointPolicy[allow [localhost:8080, [::1]:1, 10.0.0.0/8, fd00::/8], deny [1.2.3.4:443],"
            + " http true, loopback true, dns64 false]",
        standard
            .allow("10.0.0.0/8")
            .allow("localhost:8080")
            .allow("[::1]:1")
            .allow("fd00::/8")
            .deny("1.2.3.4:443")
            .allowHttp()
            .allowLoopback()
            .toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost | neither host:port like localhost:8080, nor a CIDR range like 10.0.0.0/8: localhost",
        "localhost:0 | neither host:port like localhost:8080, nor a CIDR range like 10.0.0.0/8: localhost:0",
        "*.example.com:443 | neither host:port like localhost:8080, nor a CIDR range like 10.0.0.0/8: *.example.com:443",
        "::1:8080 | neither host:port like localhost:8080, nor a CIDR range like 10.0.0.0/8: ::1:8080",
        "10.0.0.0/33 | not a CIDR range like 10.0.0.0/8 or fd00::/8: 10.0.0.0/33",
        "10.0.0/8 | not a CIDR range like 10.0.0.0/8 or fd00::/8: 10.0.0/8",
        "fd00::/129 | not a CIDR range like 10.0.0.0/8 or fd00::/8: fd00::/129",
        "fd00::/-1 | not a CIDR range like 10.0.0.0/8 or fd00::/8: fd00::/-1",
        "example.com/24 | not a CIDR range like 10.0.0.0/8 or fd00::/8: example.com/24",
        "https://example.com/ | not a CIDR range like 10.0.0.0/8 or fd00::/8: https://example.com/",
        "10.0.0.1/8 | 10.0.0.1/8 has bits beyond its prefix; write 10.0.0.0/8",
        "2001:db8::1/32 | 2001:db8::1/32 has bits beyond its prefix; write 2001:db8::/32",
      })
  void anEntryThatIsNoneIsRefusedWithTheRightForm(String entry, String message) {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> standard.allow(entry));
    assertEquals(message, refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> standard.deny(entry));
  }

  private static int portOf(URI url) {
    return url.getPort() >= 0 ? url.getPort() : 80;
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
