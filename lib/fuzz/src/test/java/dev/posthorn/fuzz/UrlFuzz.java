package dev.posthorn.fuzz;

import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.HttpUrl;

/** The URL policy: one exception, one form, one reading, and no address that is not permitted. */
public final class UrlFuzz {
  private static final List<EndpointPolicy> POLICIES =
      List.of(
          EndpointPolicy.standard(),
          EndpointPolicy.standard().allowHttp().dns64(),
          EndpointPolicy.standard().allowHttp().allow("0.0.0.0/0").allow("::/0").allowLoopback());

  private UrlFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    for (EndpointPolicy policy : POLICIES) {
      URI accepted;
      try {
        accepted = policy.check(text);
      } catch (InvalidWebhookException refused) {
        continue; // any other exception ends the run
      }
      checkForm(policy, accepted);
      checkAddress(policy, accepted);
    }
  }

  private static void checkForm(EndpointPolicy policy, URI accepted) {
    String text = accepted.toString();
    require(policy.check(text).equals(accepted), "not canonical: " + text);
    HttpUrl okhttp = HttpUrl.parse(text);
    if (okhttp == null) { // the sender refuses these then; nothing but such a name may be odd
      require(text.contains("xn--"), "no URL to OkHttp: " + text);
      return;
    }
    require(okhttp.toString().equals(text), "OkHttp reads: " + okhttp);
    try {
      URI java = new URI(text).parseServerAuthority();
      require(bare(java).equals(okhttp.host()), "another host: " + text);
      require(java.getRawUserInfo() == null && java.getRawFragment() == null, text);
      require(java.getRawPath().equals(okhttp.encodedPath()), "another path: " + text);
    } catch (URISyntaxException e) {
      throw new AssertionError("no URI: " + text, e);
    }
  }

  /** What is an address to OkHttp must be permitted as one. */
  private static void checkAddress(EndpointPolicy policy, URI accepted) {
    String host = bare(accepted);
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (literal) {
      int port = HttpUrl.get(accepted.toString()).port();
      require(policy.permits(host, address(host), port), "not permitted: " + accepted);
    } else {
      require(!host.matches(".*\\.(0[xX])?[0-9]+"), "an address to some: " + accepted);
    }
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getAllByName(literal)[0];
    } catch (UnknownHostException e) {
      throw new AssertionError("no address: " + literal, e);
    }
  }

  private static String bare(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
