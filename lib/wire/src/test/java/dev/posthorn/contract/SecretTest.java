package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SecretTest {
  private final SharedKey sharedKey = new SharedKey("Webhook-Key");

  @Test
  void aSecretIsRevealedInOneWayOnly() {
    Secret secret = Secret.of("hunter2");

    assertEquals("hunter2", secret.reveal());
    assertEquals("Secret[redacted]", secret.toString());
    assertEquals("[Secret[redacted]]", List.of(secret).toString());
    assertEquals("f52fbd32", secret.fingerprint());
    assertEquals("f52fbd32", Integer.toHexString(secret.hashCode()));
  }

  @Test
  void noMapperFindsAProperty() throws JsonProcessingException {
    JsonMapper mapper =
        JsonMapper.builder().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS).build();

    assertEquals("{}", mapper.writeValueAsString(Secret.of("hunter2")));
    for (Field field : Secret.class.getDeclaredFields()) {
      assertTrue(Modifier.isTransient(field.getModifiers()), field.getName());
    }
  }

  @Test
  void aSecretCannotBeSerialised() throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(Secret.of("hunter2")));
    }
  }

  @Test
  void secretsAreEqualIfTheirTextsAre() {
    assertEquals(Secret.of("ä"), Secret.of("ä"));
    assertEquals(Secret.of("ä").hashCode(), Secret.of("ä").hashCode());
    assertNotEquals(Secret.of("a"), Secret.of("b"));
    assertNotEquals(Secret.of("a"), Secret.of("aa"));
  }

  @Test
  void whatCannotBeASecretIsRefusedWithoutBeingShown() {
    assertEquals(
        "a secret must not be empty",
        assertThrows(IllegalArgumentException.class, () -> Secret.of("")).getMessage());
    assertEquals(
        "a secret must not hold a lone surrogate",
        assertThrows(IllegalArgumentException.class, () -> Secret.of("x\ud800")).getMessage());
  }

  @Test
  void aKeyThatNoHeaderCanHoldIsRefusedWithoutBeingShown() {
    String[] keys = {
      "hunter2\r\nX-Evil: 1",
      "hunter2\n",
      "\thunter2",
      "hunt\0er2",
      "hunter2\u007f",
      "hünter2",
      "hunter2\u0085",
      "hunter2 ",
      " hunter2",
      "h\u0130nter2"
    };
    for (String key : keys) {
      assertEquals(
          "the key must be printable ASCII without a space at either end,"
              + " since it travels in a header",
          refusal(key));
    }
    assertEquals(
        "the key must have at most 1024 characters: it has 1025", refusal("k".repeat(1025)));
    sharedKey.check(Secret.of("k".repeat(1024)));
    sharedKey.check(Secret.of("with space ~!"));
  }

  @Test
  void aKeyThatWasNotCheckedBreaksNoHeader() {
    WireFormat wire = Contracts.oneHorizon().wire();
    Map<String, String> raw =
        wire.authentication()
            .headers("X-One-", WireFormatTest.MESSAGE, new byte[0], List.of(Secret.of("a\r\nb")));
    assertFalse(raw.isEmpty());

    String message =
        String.valueOf(
            assertThrows(
                    IllegalStateException.class,
                    () ->
                        wire.encode(
                            WireFormatTest.EVENT,
                            WireFormatTest.MESSAGE,
                            List.of(Secret.of("a\r\nb"))))
                .getMessage());
    assertEquals(
        "the value of X-One-Webhook-Key must be printable ASCII without a space at either end",
        message);
  }

  @Test
  void aNewKeyIsMadeOf32RandomBytes() {
    Secret key = sharedKey.newKey(new Random(7));
    byte[] bytes = Base64.getUrlDecoder().decode(key.reveal());

    assertEquals(32, bytes.length);
    assertEquals(key, sharedKey.newKey(new Random(7)));
    assertNotEquals(key, sharedKey.newKey(new Random(8)));
    sharedKey.check(key);
    assertTrue(key.reveal().getBytes(StandardCharsets.US_ASCII).length < 64);
    RandomGenerator zeros = () -> 0;
    assertEquals("A".repeat(43), sharedKey.newKey(zeros).reveal());
  }

  private String refusal(String key) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> sharedKey.check(Secret.of(key)))
            .getMessage());
  }
}
