package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HeaderTextTest {

  @Property
  void whatIsEncodedIsDecoded(@ForAll String text) {
    assertEquals(text, HeaderText.decode(HeaderText.encode(text)));
  }

  @Test
  void anEncodingThatSaysMoreThanItHasToIsRead() {
    assertEquals("a€ ", HeaderText.decode("%61%e2%82%AC%20"));
    assertEquals("a b\"", HeaderText.decode("a b\""));
    assertEquals("", HeaderText.decode(""));
  }

  @Test
  void whatIsNoEncodingIsNotGuessedAt() {
    String[] texts = {
      "%",
      "%4",
      "a%",
      "%zz",
      "%4z",
      "%-1",
      "%+1",
      "% 1",
      "%%41",
      "ä",
      "a\tb",
      "\0",
      "%ff",
      "%C0%80",
      "%ed%a0%80",
      "%e2%82",
      "\uff05\uff14\uff11",
      "%\uff14\uff11"
    };
    for (String text : texts) {
      assertNull(HeaderText.decode(text), text);
    }
  }
}
