package dev.posthorn.testing.endtoend;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A scheme that carries all keys of a webhook, with commas between them. */
final class ListedKeys implements Authentication {
  private static final String HEADER = "Keys";

  /** One Horizon's contract, but for the keys; fails are tried again after a minute. */
  static DeliveryContract contract() {
    WireFormat usual = Contracts.oneHorizon().wire();
    return DeliveryContract.of(
        "listed",
        new WireFormat(
            usual.body(),
            usual.headers(),
            new ListedKeys(),
            usual.headerPrefix(),
            usual.userAgent()));
  }

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    return keys.isEmpty()
        ? Map.of()
        : Map.of(prefix + HEADER, String.join(",", keys.stream().map(Secret::reveal).toList()));
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String given = headers.single(prefix + HEADER).orElse("");
    List<Secret> proofs =
        Arrays.stream(given.split(",")).filter(one -> !one.isEmpty()).map(Secret::of).toList();
    boolean proven = false;
    for (Secret key : keys) {
      proven |= proofs.contains(key);
    }
    if (!proven) {
      throw RefusedException.unauthenticated("there is no current key");
    }
  }

  @Override
  public boolean carriesSeveralKeys() {
    return true;
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }

  @Override
  public void check(Secret key) {
    if (!key.reveal().matches("[0-9a-z]+")) {
      throw new IllegalArgumentException("the key must be of 0-9 a-z");
    }
  }
}
