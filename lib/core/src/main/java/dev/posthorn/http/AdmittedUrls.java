package dev.posthorn.http;

import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policy about the URL of each exchange. The policy is pure and does not change, so a
 * recent verdict is as good as a new one, and parsing a URL twice costs a good part of an exchange.
 */
final class AdmittedUrls {
  /** Of the longest URLs these take some megabytes; then it starts anew. */
  private static final int MOST = 1024;

  private final EndpointPolicy policy;

  /** By text, since URIs are equal whose escapes differ in case, and each is sent as it is. */
  private final ConcurrentMap<String, HttpUrl> recent = new ConcurrentHashMap<>();

  AdmittedUrls(EndpointPolicy policy) {
    this.policy = policy;
  }

  /**
   * The URL as the policy writes it, or null if the policy refuses it, or OkHttp, which knows more
   * about international names.
   */
  @Nullable HttpUrl admit(URI url) {
    String text = url.toString();
    HttpUrl known = recent.get(text);
    return known == null ? check(text) : known;
  }

  int size() {
    return recent.size();
  }

  private @Nullable HttpUrl check(String url) {
    HttpUrl admitted = read(url);
    if (admitted == null) {
      return null;
    }
    if (recent.size() >= MOST) {
      recent.clear();
    }
    recent.put(url, admitted);
    return admitted;
  }

  private @Nullable HttpUrl read(String url) {
    try {
      return HttpUrl.parse(policy.check(url).toString());
    } catch (InvalidWebhookException e) {
      return null;
    }
  }
}
