package dev.posthorn.contract;

import io.cloudevents.CloudEvent;
import java.util.Map;

/** The headers that describe an attempt and hold no secret. Thread-safe. */
public interface MessageHeaders {

  /** None but those of the body and of the authentication. */
  static MessageHeaders none() {
    record None() implements MessageHeaders {
      @Override
      public Map<String, String> of(String prefix, Message message) {
        return Map.of();
      }

      @Override
      public void check(String prefix, RequestHeaders headers, CloudEvent event) {}
    }
    return new None();
  }

  /**
   * The headers of one attempt.
   *
   * @param prefix the contract's header prefix, for example {@code X-One-}
   */
  Map<String, String> of(String prefix, Message message);

  /**
   * The receiver's half of {@link #of}: returns if what the headers say of the event is what its
   * body says.
   *
   * @param prefix the contract's header prefix
   * @param headers the request's headers
   * @param event what the request's body holds
   * @throws RefusedException with 400 if they disagree, or if one is there more than once
   */
  void check(String prefix, RequestHeaders headers, CloudEvent event);
}
