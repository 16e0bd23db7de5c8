package dev.posthorn.exchange;

import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.Handshake;
import dev.posthorn.contract.RequestOrigin;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.webhook.Verification;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a handshake sends, and what its answer means. */
final class Asking {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Asking() {}

  /** The question's own headers. */
  static Map<String, String> headers(RequestOrigin origin, Target target, @Nullable URI callback) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Handshake.REQUEST_ORIGIN, origin.name());
    Rate own = target.stored().webhook().settings().rate();
    if (own != null) {
      long perMinute = Math.max(1, Math.round(own.perSecond() * MINUTE.toSeconds()));
      headers.put(Handshake.REQUEST_RATE, Long.toString(perMinute));
    }
    if (callback != null) {
      headers.put(Handshake.REQUEST_CALLBACK, callback.toString());
    }
    return headers;
  }

  /** What an answer that came says of an origin, whatever its status. */
  static Verification read(WebhookSender.Exchange answer, RequestOrigin origin, Instant now) {
    String told = "OPTIONS answered " + answer.status();
    if (!Handshake.allows(origin, answer.allowedOrigin())) {
      return new Verification(false, now, told + " and does not allow the origin " + origin);
    }
    return allowed(told + " and allows the origin " + origin, answer.allowedRate(), now);
  }

  /** Permission, at the rate that was named, if one was; none if it cannot be read. */
  static Verification allowed(String detail, @Nullable String header, Instant now) {
    Optional<AllowedRate> rate = AllowedRate.parse(header);
    if (header != null && rate.isEmpty()) {
      return new Verification(false, now, detail + ", but at a rate that cannot be read");
    }
    Rate perMinute = rate.map(Asking::pace).orElse(null);
    String limited =
        perMinute == null ? "" : ", %d requests a minute".formatted(perMinute.permits());
    return new Verification(true, now, detail + limited, perMinute);
  }

  private static @Nullable Rate pace(AllowedRate rate) {
    return rate.perMinute().isEmpty() ? null : Rate.of(rate.perMinute().getAsInt(), MINUTE);
  }
}
