package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BearerTokenTest {
  private static final Secret TOKEN = Secret.of("mF_9.B5f-4.1JqM");
  private static final Message MESSAGE =
      new Message("dlv_1", "wh_1", "evt_1", "/s", "a.b", Instant.EPOCH, 0, null);

  private final BearerToken bearer = new BearerToken();

  @Test
  void theNewestKeyIsTheTokenWhateverThePrefix() {
    assertEquals(
        Map.of("Authorization", "Bearer mF_9.B5f-4.1JqM"), headers(TOKEN, Secret.of("older")));
    assertEquals(Map.of(), headers());
    assertFalse(bearer.carriesSeveralKeys());
  }

  @Test
  void anyCurrentKeyIsEnoughAndTheSchemesCaseDoesNotMatter() {
    for (String given :
        List.of(
            "Bearer mF_9.B5f-4.1JqM",
            "bearer mF_9.B5f-4.1JqM",
            "BEARER   mF_9.B5f-4.1JqM",
            " Bearer mF_9.B5f-4.1JqM\t")) {
      assertDoesNotThrow(() -> verify(given, Secret.of("newer"), TOKEN), given);
    }
  }

  @Test
  void whatIsNoCurrentTokenIsRefused() {
    assertRefused("Authorization is not a current token", "Bearer mF_9.B5f-4.1Jqm");
    assertRefused("Authorization is not a current token", "Bearer mF_9.B5f-4.1JqM=");
    assertRefused("Authorization is not a current token", "Bearer mF_9.B5f-4.1Jq");
    for (String given :
        List.of(
            "Bearer",
            "Bearer ",
            "mF_9.B5f-4.1JqM",
            "Basic mF_9.B5f-4.1JqM",
            "BearermF_9.B5f-4.1JqM",
            "Bearer mF_9.B5f-4.1JqM, Bearer x",
            "Bearer \"mF_9.B5f-4.1JqM\"",
            "Bearer mF_9.B5f-4.1JqM x",
            "Bearer\tmF_9.B5f-4.1JqM",
            "Bearer mF_9.B5f-4.1Jqḿ",
            "Bearer ===")) {
      assertRefused("Authorization must be Bearer and a token", given);
    }
    assertRefused("Authorization is missing", "");
    RefusedException missing =
        assertThrows(RefusedException.class, () -> verify(RequestHeaders.of(Map.of()), TOKEN));
    assertEquals("Authorization is missing", missing.reason());
    assertEquals(401, missing.status());
  }

  @Test
  void twoHeadersProveNothing() {
    RequestHeaders twice =
        RequestHeaders.of(
            Map.of("Authorization", List.of("Bearer mF_9.B5f-4.1JqM", "Bearer mF_9.B5f-4.1JqM")));
    RefusedException refused = assertThrows(RefusedException.class, () -> verify(twice, TOKEN));
    assertEquals("the header Authorization is there more than once", refused.reason());
  }

  @Test
  void onlyTokensAreKeysAndNoMessageShowsOne() {
    for (String ok : List.of("a", "-._~+/", "abc==", "A".repeat(4096))) {
      assertDoesNotThrow(() -> bearer.check(Secret.of(ok)));
    }
    for (String bad : List.of("a b", "=", "a=b", "\"a\"", "ä", "a,b", "a\n", "a:b")) {
      assertEquals(
          "a token must consist of letters, digits and -._~+/, with = only at its end",
          assertThrows(IllegalArgumentException.class, () -> bearer.check(Secret.of(bad)))
              .getMessage());
    }
    assertEquals(
        "a token must have at most 4096 characters: it has 4097",
        assertThrows(
                IllegalArgumentException.class, () -> bearer.check(Secret.of("a".repeat(4097))))
            .getMessage());
  }

  @Test
  void aNewKeyHas32RandomBytes() {
    Secret key = bearer.newKey(new Random(1));
    assertTrue(key.reveal().matches("[A-Za-z0-9_-]{43}"));
    assertDoesNotThrow(() -> bearer.check(key));
    assertDoesNotThrow(() -> verify(String.valueOf(headers(key).get("Authorization")), key));
  }

  private Map<String, String> headers(Secret... keys) {
    return bearer.headers("X-Acme-", MESSAGE, new byte[0], List.of(keys));
  }

  private void assertRefused(String why, String given) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> verify(given, TOKEN), given);
    assertEquals(why, refused.reason(), given);
    assertEquals(401, refused.status());
  }

  private void verify(String given, Secret... keys) {
    verify(RequestHeaders.of(Map.of("authorization", List.of(given))), keys);
  }

  private void verify(RequestHeaders headers, Secret... keys) {
    bearer.verify("X-Acme-", headers, new byte[0], List.of(keys), Instant.EPOCH);
  }
}
