package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers in a spec: all names with their fingerprints, and the values of those that were given
 * here. A name without a value keeps the one that is stored. Names are equal in any case.
 */
record OwnHeaders(Map<String, String> fingerprints, Map<String, Secret> given) {
  private static final int MOST = 20;

  OwnHeaders {
    checkCount(fingerprints.size());
    given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
  }

  /** With another value for a name, or with one more header. */
  OwnHeaders with(String name, Secret value) {
    HeaderRules.check(name, value);
    OwnHeaders others = without(name);
    Map<String, String> all = new LinkedHashMap<>(others.fingerprints);
    all.put(name, value.fingerprint());
    Map<String, Secret> values = new LinkedHashMap<>(others.given);
    values.put(name, value);
    return new OwnHeaders(all, values);
  }

  /** With these and no others. */
  static OwnHeaders of(Map<String, Secret> headers) {
    checkCount(headers.size());
    OwnHeaders all = new OwnHeaders(Map.of(), Map.of());
    for (Map.Entry<String, Secret> header : headers.entrySet()) {
      all = all.with(header.getKey(), header.getValue());
    }
    return all;
  }

  private static void checkCount(int count) {
    if (count > MOST) {
      throw new InvalidWebhookException(
          "a webhook may have at most " + MOST + " headers of its own, has " + count);
    }
  }

  /** Without one, if it is there. */
  OwnHeaders without(String name) {
    Map<String, String> all = new LinkedHashMap<>(fingerprints);
    Map<String, Secret> values = new LinkedHashMap<>(given);
    all.keySet().removeIf(name::equalsIgnoreCase);
    values.keySet().removeIf(name::equalsIgnoreCase);
    return new OwnHeaders(all, values);
  }
}
