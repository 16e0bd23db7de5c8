package dev.posthorn.contract;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How a receiver knows who sent a request: the headers that hold a key or a signature. */
public interface Authentication {

  /**
   * The headers of one attempt, made anew each time.
   *
   * @param prefix the contract's header prefix
   * @param message what the attempt is about
   * @param body exactly the bytes that will be sent
   * @param keys the webhook's current keys, newest first; may be empty
   */
  Map<String, String> headers(String prefix, Message message, byte[] body, List<Secret> keys);

  /** True if receivers are sent a proof for each current key, so that rotation may overlap. */
  boolean carriesSeveralKeys();

  /** A new key in the scheme's form, made of at least 32 bytes of the given randomness. */
  Secret newKey(RandomGenerator random);

  /**
   * Checks a key that the host gave.
   *
   * @throws IllegalArgumentException if the scheme cannot use it; the message does not hold it
   */
  void check(Secret key);
}
