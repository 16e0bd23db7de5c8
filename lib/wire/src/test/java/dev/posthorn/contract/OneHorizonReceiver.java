package dev.posthorn.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checks of the route handler in One Horizon's documents, in their order, in Java. */
final class OneHorizonReceiver {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final @Nullable String expectedKey;

  OneHorizonReceiver(@Nullable String expectedKey) {
    this.expectedKey = expectedKey;
  }

  /** The status of the answer. */
  int post(byte[] body, Map<String, String> sent) {
    Map<String, String> headers = new TreeMap<>();
    sent.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    if (expectedKey != null && !expectedKey.equals(headers.get("x-one-webhook-key"))) {
      return 401;
    }
    try {
      JsonNode event = MAPPER.readTree(body);
      if (!isOneHorizonEvent(event)) {
        return 400;
      }
      String headerType = headers.get("x-one-event-type");
      boolean mismatch =
          headerType != null
              && !headerType.isEmpty()
              && !headerType.equals(event.path("type").textValue());
      return mismatch ? 400 : 200;
    } catch (IOException e) {
      return 400;
    }
  }

  private static boolean isOneHorizonEvent(JsonNode event) {
    return event.isObject()
        && "1.0".equals(event.path("specversion").textValue())
        && "application/json".equals(event.path("datacontenttype").textValue())
        && !event.path("id").asText().isEmpty()
        && !event.path("type").asText().isEmpty()
        && isTruthy(event.path("data").path("resource"));
  }

  private static boolean isTruthy(JsonNode value) {
    return value.isContainerNode() || value.asBoolean(!value.asText().isEmpty());
  }
}
