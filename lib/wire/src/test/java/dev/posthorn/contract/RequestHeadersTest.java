package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestHeadersTest {

  @Test
  void namesAreFoundWhateverTheirCase() {
    RequestHeaders headers = RequestHeaders.of(Map.of("x-one-WEBHOOK-key", List.of("k")));

    assertEquals(Optional.of("k"), headers.single("X-One-Webhook-Key"));
    assertEquals(Optional.empty(), headers.single("X-One-Webhook-Ke"));
  }

  @Test
  void spacesAndTabsAroundAValueAreNoPartOfIt() {
    RequestHeaders headers =
        RequestHeaders.of(
            Map.of("A", List.of(" \tv w\t "), "B", List.of(" "), "C", List.of("\u00a0")));

    assertEquals(Optional.of("v w"), headers.single("a"));
    assertEquals(Optional.of(""), headers.single("b"));
    assertEquals(Optional.of("\u00a0"), headers.single("c"));
  }

  @Test
  void aSecondValueIsRefusedAndNotShown() {
    for (Map<String, List<String>> twice :
        List.of(
            Map.of("X-Key", List.of("v", "v")),
            Map.of("X-Key", List.of("v"), "x-key", List.of("w")))) {
      RefusedException refused =
          assertThrows(RefusedException.class, () -> RequestHeaders.of(twice).single("X-KEY"));
      assertEquals(400, refused.status());
      assertEquals("the header X-KEY is there more than once", refused.getMessage());
    }
  }

  @Test
  void laterChangesOfTheMapDoNotShow() {
    List<String> values = new ArrayList<>(List.of("v"));
    Map<String, List<String>> map = new HashMap<>(Map.of("A", values));
    RequestHeaders headers = RequestHeaders.of(map);
    values.add("w");
    map.clear();

    assertEquals(Optional.of("v"), headers.single("A"));
  }

  @Test
  void theyAreNeverPrinted() {
    RequestHeaders headers = RequestHeaders.of(Map.of("X-Key", List.of("secret")));

    assertEquals("RequestHeaders[1 names]", headers.toString());
  }
}
