package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** A scheme that carries one key or several, all of which begin alike; counts those it makes. */
public final class ListedKeys implements Authentication {
  private final boolean several;
  private final String beginning;
  private final AtomicInteger made = new AtomicInteger();

  /** Carries several keys or one. */
  public ListedKeys(boolean several, String beginning) {
    this.several = several;
    this.beginning = beginning;
  }

  /** How many keys it has made. */
  public int made() {
    return made.get();
  }

  @Override
  public boolean carriesSeveralKeys() {
    return several;
  }

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    return Map.of(prefix + "Keys", String.join(",", keys.stream().map(Secret::reveal).toList()));
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String given = headers.single(prefix + "Keys").orElse("");
    if (keys.stream().noneMatch(key -> List.of(given.split(",")).contains(key.reveal()))) {
      throw RefusedException.unauthenticated("no current key");
    }
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    return Secret.of(beginning + made.incrementAndGet() + random.nextLong());
  }

  @Override
  public void check(Secret key) {
    if (!key.reveal().startsWith(beginning)) {
      throw new IllegalArgumentException("the key must begin with " + beginning);
    }
  }
}
