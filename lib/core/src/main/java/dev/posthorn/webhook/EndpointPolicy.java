package dev.posthorn.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Where webhooks may point to. Anybody who may register a webhook can make the host send requests;
 * this keeps them out of the host's own network.
 *
 * <p>By default a webhook needs an {@code https} URL on port 443, a host name of the public
 * internet, and public addresses behind it; {@code http} on port 80 needs {@link #allowHttp()}.
 * Whatever is special by IANA's registries is refused: private, loopback and link-local networks,
 * the metadata services of clouds, documentation ranges, multicast, and every way to write an IPv4
 * address inside of an IPv6 one.
 *
 * <pre>{@code
 * EndpointPolicy.standard()
 *     .allow("localhost:8080")   // a first trial; allowLoopback() for every port
 *     .allow("10.20.0.0/16")     // names that resolve to the company's own network
 *     .deny("203.0.113.7:443");
 * }</pre>
 *
 * <p>It is asked when a webhook is registered or updated, and by the usual sender before each
 * exchange and for each address before a connection is made. In this order: the syntax of the URL,
 * which nothing can lift; what the operator denies; what the operator allows; the rules above.
 * Immutable; the methods return a copy. Pure: it never resolves a name.
 */
public final class EndpointPolicy {
  /** Names that are not, or not everywhere, public (RFC 6761, 6762, 7686, 8375, and custom). */
  private static final List<String> PRIVATE_DOMAINS =
      List.of(
          "localhost",
          "local",
          "localdomain",
          "internal",
          "svc",
          "home.arpa",
          "lan",
          "corp",
          "test",
          "invalid",
          "onion");

  private final EndpointList allowed;
  private final EndpointList denied;
  private final boolean http;
  private final boolean loopback;
  private final boolean dns64;

  private EndpointPolicy(
      EndpointList allowed, EndpointList denied, boolean http, boolean loopback, boolean dns64) {
    this.allowed = allowed;
    this.denied = denied;
    this.http = http;
    this.loopback = loopback;
    this.dns64 = dns64;
  }

  /** The rules above, and no exception. */
  public static EndpointPolicy standard() {
    return new EndpointPolicy(EndpointList.empty(), EndpointList.empty(), false, false, false);
  }

  /**
   * Allows more than the standard does.
   *
   * <p>An exact {@code host:port} ({@code localhost:8080}, {@code 10.0.0.5:8443}, {@code
   * [fd00::1]:443}) allows every URL with this host and port: it lifts the rules on host names,
   * ports, addresses, and {@code https}, since a first trial on one's own machine has no
   * certificate. A CIDR range ({@code 10.20.0.0/16}) lifts the rule on addresses only.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public EndpointPolicy allow(String cidrOrHostPort) {
    return new EndpointPolicy(allowed.and(cidrOrHostPort), denied, http, loopback, dns64);
  }

  /**
   * Refuses more than the standard does, and comes before every {@link #allow}. An exact {@code
   * host:port} whose host is an address also refuses names that resolve to it.
   *
   * @throws IllegalArgumentException if it is neither {@code host:port} nor a CIDR range
   */
  public EndpointPolicy deny(String cidrOrHostPort) {
    return new EndpointPolicy(allowed, denied.and(cidrOrHostPort), http, loopback, dns64);
  }

  /** Allows {@code http} URLs on port 80: bodies and keys then travel in the clear. */
  public EndpointPolicy allowHttp() {
    return new EndpointPolicy(allowed, denied, true, loopback, dns64);
  }

  /**
   * Allows the machine itself, for development and tests: every URL whose host is {@code localhost}
   * or a loopback address ({@code 127.0.0.1}, {@code [::1]}), on any port, {@code http} included.
   * Other names stay refused even if they resolve to a loopback address; {@link #deny} still comes
   * first.
   *
   * <p>Not for production: whoever may register a webhook then reaches all that listens on the
   * machine for itself alone, such as databases and management ports.
   */
  public EndpointPolicy allowLoopback() {
    return new EndpointPolicy(allowed, denied, http, true, dns64);
  }

  /**
   * For networks that reach IPv4 through NAT64 alone, whose name servers turn IPv4 addresses into
   * IPv6 ones (DNS64, RFC 6147): an address in {@code 64:ff9b::/96} is judged as the IPv4 address
   * inside of it, by the lists and by the rules. Elsewhere such addresses stay refused, since a
   * translator that nobody thinks of would lead past the rules for IPv4.
   */
  public EndpointPolicy dns64() {
    return new EndpointPolicy(allowed, denied, http, loopback, true);
  }

  /**
   * Checks a URL and returns it in its canonical form, which is the one to store and to send to:
   * scheme and host in lower case, no default port, at least {@code /} as the path.
   *
   * @throws InvalidWebhookException if a rule refuses it; the message says which, and which call
   *     would allow it. It never holds user information, the path or the query
   */
  public URI check(String url) {
    EndpointUrl parsed = EndpointUrl.parse(url);
    HostPort target = parsed.target();
    AddressBits literal = parsed.literal();
    boolean isDenied =
        denied.names(target.host(), target.port())
            || (literal != null && isDenied(literal, target.port()));
    if (isDenied) {
      throw new InvalidWebhookException("the URL points to " + target + ", which is denied");
    }
    boolean isOwn = loopback && Loopback.isNamed(target.host(), literal);
    if (!isOwn && !allowed.names(target.host(), target.port())) {
      checkScheme(parsed);
      checkPort(parsed);
      if (literal == null) {
        checkName(target);
      } else {
        checkLiteral(target, literal);
      }
    }
    return parsed.canonical();
  }

  /**
   * Tells whether a connection may be made.
   *
   * @param host the host of the URL, as {@link #check} returned it
   * @param address what it resolved to, or what it is
   * @param port the port of the URL
   */
  public boolean permits(String host, InetAddress address, int port) {
    AddressBits bits = AddressBits.of(address);
    String name = bare(host);
    if (denied.names(name, port) || isDenied(bits, port)) {
      return false;
    }
    return allowed.names(name, port) || isOpen(bits) || isOwn(name, bits);
  }

  /** As it is, and as what it stands for: a denial of either is meant. */
  private boolean isDenied(AddressBits address, int port) {
    AddressBits meant = meant(address);
    return denied.covers(address)
        || denied.names(address.text(), port)
        || denied.covers(meant)
        || denied.names(meant.text(), port);
  }

  private boolean isOpen(AddressBits address) {
    AddressBits meant = meant(address);
    return allowed.covers(meant) || PublicAddresses.contain(meant);
  }

  private AddressBits meant(AddressBits address) {
    return dns64 ? address.throughNat64() : address;
  }

  /** Both the name and the address: a stranger's name may resolve to anything. */
  private boolean isOwn(String name, AddressBits address) {
    return loopback
        && Loopback.contains(address)
        && Loopback.isNamed(name, AddressBits.parse(name));
  }

  /** What the operator allows and denies. */
  @Override
  public String toString() {
    return "EndpointPolicy[allow %s, deny %s, http %s, loopback %s, dns64 %s]"
        .formatted(allowed, denied, http, loopback, dns64);
  }

  private void checkScheme(EndpointUrl url) {
    if (!url.https() && !http) {
      throw refused(
          "the URL must begin with https://; http needs EndpointPolicy.standard().allowHttp()",
          url.target());
    }
  }

  private static void checkPort(EndpointUrl url) {
    int expected = url.https() ? 443 : 80;
    if (url.target().port() != expected) {
      throw refused(
          "the URL's port must be " + expected + ", not " + url.target().port(), url.target());
    }
  }

  private static void checkName(HostPort target) {
    String host = target.host();
    for (String domain : PRIVATE_DOMAINS) {
      if (host.equals(domain) || host.endsWith("." + domain)) {
        throw refused("the URL's host must be public, not under " + domain + ": " + host, target);
      }
    }
    if (host.indexOf('.') < 0) {
      throw refused("the URL's host must have a dot: " + host, target);
    }
  }

  private void checkLiteral(HostPort target, AddressBits literal) {
    if (!isOpen(literal)) {
      throw refused("the URL's address is not public: " + literal.text(), target);
    }
  }

  private static InvalidWebhookException refused(String why, HostPort target) {
    return new InvalidWebhookException(
        why + "; to allow it all the same: EndpointPolicy.standard().allow(\"" + target + "\")");
  }

  private static String bare(String host) {
    return host.startsWith("[")
        ? host.substring(1, host.length() - 1)
        : host.toLowerCase(Locale.ROOT);
  }
}
