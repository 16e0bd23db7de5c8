package dev.posthorn.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.Webhook;
import java.net.URI;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URLs by which receivers may allow events later than in their answer. Each holds a token that
 * nobody else can guess: the webhook's id, a dot, and a random part. Thread-safe.
 */
public final class Callbacks {
  private static final String TOKEN = "{token}";
  private static final String TENANT = "{tenant}";
  private static final Pattern AUTHORITY = Pattern.compile("[a-zA-Z]+://[^/?]+[/?]");
  private static final int RANDOM_BYTES = 32;
  private static final int LONGEST_URL = 2048;

  private final @Nullable String template;
  private final RandomGenerator random;

  private Callbacks(@Nullable String template, RandomGenerator random) {
    this.template = template;
    this.random = random;
  }

  /**
   * By a URL with the place of the token in it.
   *
   * @param template null if the host takes no calls
   * @throws IllegalArgumentException if it is no https URL with one {@code {token}}
   */
  public static Callbacks by(@Nullable String template, RandomGenerator random) {
    if (template != null && !isUsable(template)) {
      throw new IllegalArgumentException(
          "a callback must be an https URL with {token} in its path or query,"
              + " and without userinfo and fragment: \""
              + template
              + "\"");
    }
    return new Callbacks(template, random);
  }

  private static boolean isUsable(String template) {
    int place = template.indexOf(TOKEN);
    Matcher authority = AUTHORITY.matcher(template);
    String sample = template.replace(TOKEN, "t").replace(TENANT, "t");
    try {
      URI url = URI.create(sample);
      return authority.lookingAt()
          && place >= authority.end()
          && place == template.lastIndexOf(TOKEN)
          && "https".equalsIgnoreCase(url.getScheme())
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null
          && sample.length() <= LONGEST_URL / 2;
    } catch (IllegalArgumentException noUrl) {
      return false;
    }
  }

  /**
   * A URL that was made for one question.
   *
   * @param url what the receiver is told; holds the token
   * @param hash what is kept of the token
   */
  public record Issued(URI url, String hash) {
    /** Without the URL, by which anybody may allow. */
    @Override
    public String toString() {
      return "Issued[" + hash + "]";
    }
  }

  /** A new URL; null if the webhook's contract does not ask, or the host takes no calls. */
  public @Nullable Issued issue(Target target) {
    if (template == null || target.contract().verification() != VerificationRule.HANDSHAKE) {
      return null;
    }
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    Webhook webhook = target.stored().webhook();
    String unguessable = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String token = webhook.id().value() + "." + unguessable;
    String url =
        template.replace(TENANT, encoded(webhook.tenant().value())).replace(TOKEN, encoded(token));
    return new Issued(URI.create(url), hash(token));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** Whose token it says it is; empty if it is none. */
  public static Optional<WebhookId> webhook(String token) {
    int dot = token.lastIndexOf('.');
    try {
      return dot < 1 ? Optional.empty() : Optional.of(WebhookId.of(token.substring(0, dot)));
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }

  /** True if it is the token of which this was kept. */
  public static boolean matches(String token, @Nullable String hash) {
    return hash != null && MessageDigest.isEqual(hash(token).getBytes(UTF_8), hash.getBytes(UTF_8));
  }

  private static String hash(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
