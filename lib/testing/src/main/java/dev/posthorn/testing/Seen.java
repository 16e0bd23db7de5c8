package dev.posthorn.testing;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.receiver.WebhookReceiver;
import io.cloudevents.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that a {@link ScriptedReceiver} has seen. Thread-safe. What it holds stays as it is;
 * only {@link #status} comes later, when the receiver has decided on its answer.
 */
public final class Seen {
  private static final int GREATEST_BODY = 64 * 1024 * 1024;

  private final String method;
  private final String path;
  private final List<String> headerLines;
  private final byte[] body;
  private volatile int status;

  Seen(String method, String path, List<String> headerLines, byte[] body) {
    this.method = method;
    this.path = path;
    this.headerLines = List.copyOf(headerLines);
    this.body = body;
  }

  /** The method, for example {@code POST}. */
  public String method() {
    return method;
  }

  /** The path with its query, as it was written. */
  public String path() {
    return path;
  }

  /** The headers as {@code Name: value}, in the order and the letters in which they came. */
  public List<String> headerLines() {
    return headerLines;
  }

  /** The values of each header, in the order in which they came, by its name in whatever case. */
  public Map<String, List<String>> headers() {
    Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : headerLines) {
      int colon = line.indexOf(':');
      byName
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).trim());
    }
    return Collections.unmodifiableMap(byName);
  }

  /** True if there is such a header, whatever the case of its name. */
  public boolean has(String header) {
    return headers().containsKey(header);
  }

  /**
   * The value of a header that came once.
   *
   * @param name in whatever case
   * @throws AssertionError if it did not come, or more than once; the message names the headers
   *     that came
   */
  public String header(String name) {
    List<String> values = headers().getOrDefault(name, List.of());
    if (values.size() != 1) {
      String found = values.isEmpty() ? "did not come" : "came " + values.size() + " times";
      throw new AssertionError(
          "the header " + name + " " + found + " with " + this + "; it had " + headerNames());
    }
    return values.get(0);
  }

  private List<String> headerNames() {
    return headerLines.stream().map(line -> line.substring(0, line.indexOf(':'))).toList();
  }

  /** A copy of the very bytes of the body; empty if there was none. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as UTF-8; empty if there was none. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The event of this request, read as a receiver of this contract reads it: body and headers are
   * held to the contract, while keys and signatures are not checked. To check them too, hand {@link
   * #headers} and {@link #body} to a {@link WebhookReceiver} that has the webhook's key.
   *
   * @throws dev.posthorn.contract.RefusedException if the request breaks the contract; the message
   *     says how
   */
  public CloudEvent event(DeliveryContract contract) {
    return WebhookReceiver.withoutKey(contract).atMost(GREATEST_BODY).receive(headers(), body);
  }

  /** The status that it was answered; 0 if it was not answered, or is not yet. */
  public int status() {
    return status;
  }

  /** True if it was answered 2xx. */
  public boolean accepted() {
    return status >= 200 && status <= 299;
  }

  void answered(int with) {
    status = with;
  }

  /**
   * For example {@code POST /hooks, answered 500}. Neither headers nor body nor the query, which
   * may hold keys.
   */
  @Override
  public String toString() {
    int query = path.indexOf('?');
    String shown = query < 0 ? path : path.substring(0, query) + "?...";
    return method + " " + shown + (status == 0 ? ", not answered" : ", answered " + status);
  }
}
