package dev.posthorn.contract;

import java.util.Map;

/** The headers that describe an attempt and hold no secret. Thread-safe. */
@FunctionalInterface
public interface MessageHeaders {

  /**
   * The headers of one attempt.
   *
   * @param prefix the contract's header prefix, for example {@code X-One-}
   */
  Map<String, String> of(String prefix, Message message);
}
