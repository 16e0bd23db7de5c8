package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireFormatTest {
  static final Message MESSAGE =
      new Message("dlv_1", "wh_1", "evt_1", "/s", "task.updated", Instant.EPOCH, 0, null);
  static final CanonicalEvent EVENT = CanonicalEvent.ofJson("{}".getBytes(UTF_8));

  private final WireFormat wire = Contracts.oneHorizon().wire();

  @Test
  void prefixAndUserAgentMustFitIntoAHeader() {
    for (String prefix : new String[] {"", "X One-", "X-One:", "X-Ä", "X\r\n"}) {
      assertEquals(
          "headerPrefix must be the beginning of a header name: \"" + prefix + "\"",
          assertThrows(IllegalArgumentException.class, () -> wire.headerPrefix(prefix))
              .getMessage());
    }
    for (String agent : new String[] {"", " ", " a", "a ", "a\r\nb", "ä", "a\tb"}) {
      assertEquals(
          "userAgent must be printable ASCII: \"" + agent + "\"",
          assertThrows(IllegalArgumentException.class, () -> wire.userAgent(agent)).getMessage());
    }
  }

  @Test
  void headersOfAHostsOwnAreCheckedBeforeTheyAreSent() {
    assertEquals("no header can be named X%20Y%0D%0A", refusal(Map.of("X Y\r\n", "v")));
    assertEquals("no header can be named ", refusal(Map.of("", "v")));
    String unfit = "the value of X-Y must be printable ASCII without a space at either end";
    assertEquals(unfit, refusal(Map.of("X-Y", "a\r\nX-Evil: 1")));
    assertEquals(unfit, refusal(Map.of("X-Y", "ä")));
    assertEquals(unfit, refusal(Map.of("X-Y", "")));
    assertEquals("the header user-agent is there twice", refusal(Map.of("user-agent", "v")));
    assertEquals(
        "the header x-one-webhook-key is there twice",
        refusal(Map.of("x-one-webhook-key", "forged")));
  }

  @Test
  void nobodyChangesHeadersOnTheirWay() {
    Map<String, String> headers = wire.encode(EVENT, MESSAGE, List.of()).headers();

    assertThrows(UnsupportedOperationException.class, () -> headers.put("X", "y"));
  }

  private String refusal(Map<String, String> own) {
    WireFormat changed =
        new WireFormat(wire.body(), new Own(own), wire.authentication(), "X-One-", "Agent");
    return String.valueOf(
        assertThrows(
                IllegalStateException.class,
                () -> changed.encode(EVENT, MESSAGE, List.of(Secret.of("k"))))
            .getMessage());
  }

  /** Headers of a host's own; nobody receives them here. */
  private record Own(Map<String, String> headers) implements MessageHeaders {
    @Override
    public Map<String, String> of(String prefix, Message message) {
      return headers;
    }

    @Override
    public void check(String prefix, RequestHeaders received, CloudEvent event) {}
  }
}
