package dev.posthorn.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How a receiver knows who sent a request: the headers that hold a key or a signature. Both ends
 * stand in one type, so that what is sent is what is checked. Thread-safe.
 */
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

  /**
   * The receiver's half of {@link #headers}: returns if one of the keys proves the sender.
   *
   * <p>Compares with every key, in a time that does not tell which one fits or how much of it, and
   * refuses proofs that are there more than once. Where the proof covers a time, it is checked too.
   *
   * @param prefix the contract's header prefix
   * @param headers the request's headers
   * @param body the request's body, exactly as it came
   * @param keys the receiver's current keys, newest first; none proves nothing
   * @param now the receiver's time
   * @throws RefusedException with 401 if nothing proves the sender, with 400 if the proof is
   *     repeated; its text holds neither a key nor what was sent in its place
   */
  void verify(String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now);

  /**
   * The challenge that goes with a 401 (RFC 9110, section 11.6.1): the whole value of {@code
   * WWW-Authenticate}. It holds nothing of a request and no key. Posthorn's schemes whose proof
   * stands in a header of its own are named like that header, for example {@code
   * X-Webhook-Signature}: a registered name would ask for something else.
   *
   * @param prefix the contract's header prefix
   * @return {@code Webhook} by default
   */
  default String challenge(String prefix) {
    return "Webhook";
  }

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

  /**
   * Checks a key that a receiver was given; by default it needs the one that the sender has.
   *
   * @throws IllegalArgumentException if the scheme cannot use it; the message does not hold it
   */
  default void checkReceiving(Secret key) {
    check(key);
  }
}
