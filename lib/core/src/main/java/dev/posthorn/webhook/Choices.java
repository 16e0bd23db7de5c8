package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import java.util.Map;
import java.util.Optional;

/**
 * What a spec chooses of the requests: the key, the headers, and the tuning. The tuning's own
 * headers stay empty; they are kept apart with the values that were given.
 */
record Choices(Key key, Optional<Secret> given, OwnHeaders headers, WebhookSettings tuning) {
  static final Choices USUAL =
      new Choices(
          Key.GENERATED,
          Optional.empty(),
          new OwnHeaders(Map.of(), Map.of()),
          WebhookSettings.NONE);

  enum Key {
    GENERATED,
    GIVEN,
    NONE
  }

  Choices secret(Secret chosen) {
    return new Choices(Key.GIVEN, Optional.of(chosen), headers, tuning.authentication(null));
  }

  Choices withoutSecret() {
    return new Choices(Key.NONE, Optional.empty(), headers, tuning.authentication(null));
  }

  Choices authentication(String name) {
    return new Choices(Key.GENERATED, Optional.empty(), headers, tuning.authentication(name));
  }

  Choices headers(OwnHeaders other) {
    return new Choices(key, given, other, tuning);
  }

  Choices tuned(WebhookSettings other) {
    return new Choices(key, given, headers, other);
  }

  /** What a webhook has, without the values of its headers. */
  Choices keeping(WebhookSettings settings) {
    return new Choices(
        key, given, new OwnHeaders(settings.headers(), Map.of()), settings.headers(Map.of()));
  }

  WebhookSettings settings() {
    return tuning.headers(headers.fingerprints());
  }
}
