package dev.posthorn.receiver;

import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.Handshake;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.RequestOrigin;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers {@code OPTIONS} (CloudEvents Web Hooks 1.0.2, section 4). */
record Permissions(OriginRule rule) {
  static final Map<String, String> ALLOW = Map.of("Allow", "GET, HEAD, OPTIONS, POST");

  private static final Logger LOG = System.getLogger("dev.posthorn.receiver");
  private static final int LONGEST_URL = 2048;

  Reply answer(Map<String, List<String>> headers) {
    try {
      Optional<PermissionRequest> request = request(RequestHeaders.of(headers));
      return request.isEmpty() ? new Reply(204, ALLOW, new byte[0]) : decided(request.get());
    } catch (RefusedException e) {
      LOG.log(Level.DEBUG, "refused with {0}: {1}", e.status(), e.getMessage());
      return Reply.text(e.status(), e.reason());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the rule for origins failed", e);
      return Reply.text(500, "the request could not be decided");
    }
  }

  /**
   * Where nothing is allowed, or not yet, the answer names no origin: senders look at no status.
   */
  private Reply decided(PermissionRequest request) {
    Optional<AllowedRate> rate = rule.decide(request);
    if (rate.isEmpty()) {
      return new Reply(204, ALLOW, new byte[0]);
    }
    return new Reply(
        200,
        Map.of(
            "Allow",
            ALLOW.get("Allow"),
            Handshake.ALLOWED_ORIGIN,
            request.origin().name(),
            Handshake.ALLOWED_RATE,
            rate.get().header()),
        new byte[0]);
  }

  /** Empty for an {@code OPTIONS} that asks for something else than to send. */
  private static Optional<PermissionRequest> request(RequestHeaders headers) {
    Optional<String> origin = headers.single(Handshake.REQUEST_ORIGIN);
    if (origin.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PermissionRequest(origin(origin.get()), rate(headers), callback(headers)));
  }

  private static RequestOrigin origin(String text) {
    try {
      return RequestOrigin.of(text);
    } catch (IllegalArgumentException e) { // its message quotes what was sent
      throw RefusedException.malformed(Handshake.REQUEST_ORIGIN + " must be a DNS name");
    }
  }

  private static @Nullable AllowedRate rate(RequestHeaders headers) {
    Optional<String> text = headers.single(Handshake.REQUEST_RATE);
    if (text.isEmpty()) {
      return null;
    }
    return AllowedRate.parse(text.get())
        .filter(rate -> !text.get().equals("*"))
        .orElseThrow(
            () ->
                RefusedException.malformed(
                    Handshake.REQUEST_RATE + " must be a positive number of requests a minute"));
  }

  private static @Nullable URI callback(RequestHeaders headers) {
    Optional<String> text = headers.single(Handshake.REQUEST_CALLBACK);
    if (text.isEmpty()) {
      return null;
    }
    URI url = url(text.get());
    if (url == null) {
      throw RefusedException.malformed(
          Handshake.REQUEST_CALLBACK + " must be an https URL without userinfo and fragment");
    }
    return url;
  }

  private static @Nullable URI url(String text) {
    try {
      URI url = new URI(text);
      boolean fits =
          text.length() <= LONGEST_URL
              && text.chars().allMatch(c -> c > 0x20 && c < 0x7f)
              && "https".equalsIgnoreCase(url.getScheme())
              && url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawFragment() == null;
      return fits ? url : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
