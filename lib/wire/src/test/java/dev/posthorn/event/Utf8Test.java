package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Utf8Test {

  @Property(tries = 5000)
  void agreesWithTheDecoderOfThePlatform(@ForAll byte[] bytes) {
    assertEquals(decodes(bytes), Utf8.firstFault(bytes, 0, bytes.length) < 0);
  }

  @Test
  void agreesWithTheDecoderOfThePlatformOnEveryLeadAndSecondByte() {
    for (int lead = 0x80; lead <= 0xff; lead++) {
      for (int second = 1; second <= 0xff; second++) {
        for (int more = 0; more <= 3; more++) {
          byte[] bytes = {(byte) lead, (byte) second, 'x', 'y'};
          for (int i = 2; i <= more; i++) {
            bytes[i] = (byte) 0x80;
          }
          assertEquals(decodes(bytes), Utf8.firstFault(bytes, 0, bytes.length) < 0);
        }
      }
    }
  }

  @Test
  void findsTheFirstFault() {
    assertEquals(-1, fault("a".getBytes(UTF_8)));
    assertEquals(-1, fault("ä€😀".getBytes(UTF_8)));
    assertEquals(1, fault(new byte[] {'a', 0}));
    assertEquals(2, fault(new byte[] {'a', 'b', (byte) 0xc3}));
    assertEquals(0, fault(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}));
    assertEquals(0, fault(new byte[] {(byte) 0xc0, (byte) 0x80}));
  }

  @Test
  void looksAtNothingOutsideOfTheRange() {
    byte[] bytes = {(byte) 0xff, 'a', (byte) 0xc3, (byte) 0xa4};

    assertEquals(-1, Utf8.firstFault(bytes, 1, 4));
    assertEquals(2, Utf8.firstFault(bytes, 1, 3), "cut in the middle of a character");
  }

  @Test
  void findsLoneSurrogates() {
    assertEquals(-1, Utf8.loneSurrogate("a😀b"));
    assertEquals(1, Utf8.loneSurrogate("a\ud83d"));
    assertEquals(0, Utf8.loneSurrogate("\ude00\ud83d"));
  }

  private static int fault(byte[] bytes) {
    return Utf8.firstFault(bytes, 0, bytes.length);
  }

  private static boolean decodes(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
