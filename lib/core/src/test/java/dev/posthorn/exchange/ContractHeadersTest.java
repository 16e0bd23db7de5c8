package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.webhook.InvalidWebhookException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractHeadersTest {
  static List<DeliveryContract> presets() {
    return List.of(
        Contracts.oneHorizon(),
        Contracts.oneHorizon().named("renamed").headerPrefix("Acme-"),
        Contracts.signedJson(),
        Contracts.organisation(),
        Contracts.notification(),
        Contracts.standardWebhooks());
  }

  private static Set<String> sent(DeliveryContract contract) {
    Secret key = contract.wire().authentication().newKey(new Random(1));
    Message message =
        new Message("d", "w", "e", "/s", "t", Instant.EPOCH, 2, FailureReason.CONNECTION_FAILED);
    return contract.wire().encode(Samples.content("e"), message, List.of(key)).headers().keySet();
  }

  private static String refusal(DeliveryContract contract, String name) {
    ContractHeaders headers = ContractHeaders.of(contract);
    return String.valueOf(
        assertThrows(InvalidWebhookException.class, () -> headers.check(name)).getMessage());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyHeaderOfAPresetIsReservedInAnyCase(DeliveryContract contract) {
    Set<String> names = sent(contract);
    assertFalse(names.isEmpty());
    for (String name : names) {
      refusal(contract, name);
      refusal(contract, name.toUpperCase(java.util.Locale.ROOT));
    }
    assertDoesNotThrow(() -> ContractHeaders.of(contract).check("Authorization"));
  }

  @Test
  void whateverBeginsAsTheContractsHeadersIsReserved() {
    assertEquals(
        "the header x-one-something is reserved: those of the contract \"onehorizon\" begin with"
            + " X-One-",
        refusal(Contracts.oneHorizon(), "x-one-something"));
  }

  @Test
  void aHeaderOfTheHostsOwnAuthenticationIsReservedToo() {
    DeliveryContract contract = with(new Bearer());
    assertEquals(
        "the header AUTHORIZATION is reserved: the contract \"open\" sends it",
        refusal(contract, "AUTHORIZATION"));
    assertEquals(
        "the header X-Second is reserved: the contract \"open\" sends it",
        refusal(contract, "X-Second"));
    assertDoesNotThrow(() -> ContractHeaders.of(contract).check("X-Third"));
  }

  private static DeliveryContract with(Authentication scheme) {
    WireFormat usual = Samples.OPEN.wire();
    return Samples.OPEN.wire(
        new WireFormat(
            usual.body(), usual.headers(), scheme, usual.headerPrefix(), usual.userAgent()));
  }

  /** Without keys it throws; with several it sends a second header. */
  private static final class Bearer implements Authentication {
    @Override
    public Map<String, String> headers(
        String prefix, Message message, byte[] body, List<Secret> keys) {
      String token = "Bearer " + keys.get(0).reveal();
      return keys.size() == 1
          ? Map.of("Authorization", token)
          : Map.of("Authorization", token, "X-Second", "2");
    }

    @Override
    public void verify(
        String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {}

    @Override
    public boolean carriesSeveralKeys() {
      return true;
    }

    @Override
    public Secret newKey(RandomGenerator random) {
      return Secret.of("key" + random.nextLong());
    }

    @Override
    public void check(Secret key) {}
  }
}
