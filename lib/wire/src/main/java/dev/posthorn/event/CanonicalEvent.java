package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event in the one form in which it is stored and sent: a CloudEvents 1.0 JSON object in UTF-8.
 * JSON data stands in it exactly as the caller gave it, byte for byte. Never changes, and
 * thread-safe; {@link #json()} is shared, so nobody may change it.
 */
public final class CanonicalEvent {
  private final byte[] json;
  private final int filledInFrom;
  private final int filledInTo;
  private @Nullable Shared newest;

  private CanonicalEvent(byte[] json, int filledInFrom, int filledInTo) {
    this.json = json;
    this.filledInFrom = filledInFrom;
    this.filledInTo = filledInTo;
  }

  /**
   * Checks an event against CloudEvents 1.0 and encodes it. The same event always gives the same
   * bytes.
   *
   * <ul>
   *   <li>{@code specversion} is 1.0.
   *   <li>{@code id} and {@code type} have 1 to 1,024 bytes of UTF-8, {@code source} 1 to 2,048, so
   *       that headers and columns that hold them stay bounded.
   *   <li>{@code source} is a URI reference, {@code dataschema} an absolute URI, both in ASCII;
   *       {@code subject} is not empty; {@code datacontenttype} is a media type.
   *   <li>{@code time} and other points in time are in the years 0000 to 9999 and written in UTC;
   *       what is finer than a microsecond is cut off.
   *   <li>Extensions are named by {@code a-z} and {@code 0-9}, not as an attribute is, and are a
   *       Boolean, Integer (also Short or Byte), String, byte[] (written as base64), URI or
   *       OffsetDateTime. They come in the order of their names.
   *   <li>No text holds control characters, noncharacters or lone surrogates.
   *   <li>Data of a JSON type ({@code application/json}, {@code text/json}, {@code +json}, or none
   *       named) is one JSON value in UTF-8, nested at most 500 levels deep, and stays as it is:
   *       digits, order, white space. If no type is named, {@code application/json} is written.
   *       Data of any other type becomes {@code data_base64}.
   * </ul>
   *
   * @param event any CloudEvent; each of its methods is called once
   * @param defaultTime becomes {@code time} if the event has none
   * @param maxBytes the greatest size of the whole JSON, in bytes
   * @throws InvalidEventException if the event breaks a rule, is too large, or throws when read;
   *     the message says which rule, and quotes no more of the data than a few characters
   * @throws IllegalArgumentException if {@code maxBytes} is less than 1
   */
  public static CanonicalEvent of(CloudEvent event, Instant defaultTime, int maxBytes) {
    Objects.requireNonNull(event, "event");
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
    }
    Snapshot snapshot = Snapshot.of(event);
    Attributes attributes = Attributes.of(snapshot, defaultTime);
    EventWriter.Written written = EventWriter.write(attributes, snapshot.data(), maxBytes);
    return new CanonicalEvent(written.json(), written.timeFrom(), written.timeTo());
  }

  /** Wraps bytes that {@link #json()} returned; they are trusted, and decoded only when asked. */
  public static CanonicalEvent ofJson(byte[] json) {
    return new CanonicalEvent(json, 0, 0);
  }

  /** The JSON, shared. */
  public byte[] json() {
    return json;
  }

  /**
   * SHA-256 over what the caller gave, computed at each call: 32 bytes by which the same event,
   * given once more, is told from another one of the same id.
   *
   * <p>A {@code time} that was filled in does not count. This only an event made by {@link
   * #of(CloudEvent, Instant, int)} knows: made by {@link #ofJson(byte[])}, all of the JSON counts.
   * Whoever stores an event to recognise it later stores its digest too.
   */
  public byte[] digest() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(json, 0, filledInFrom);
      sha256.update(json, filledInTo, json.length - filledInTo);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Decodes the JSON, anew at each call. The data is a copy of the very bytes that stand in the
   * JSON. Extensions that JSON writes as booleans and integers come back as Boolean and Integer,
   * all others as String.
   *
   * @throws InvalidEventException if the bytes given to {@link #ofJson(byte[])} are no event
   */
  public CloudEvent event() {
    return EventReader.read(json);
  }

  /**
   * What somebody made of this event, for whoever comes with the same key while it is in use. It is
   * kept as long as anybody holds what was returned, not a part of it; after that it may have to be
   * made once more.
   *
   * @param key tells apart what is made of one event, by {@code equals}
   * @param make a pure function of this event; called by one thread at a time
   */
  public synchronized <T> T shared(Object key, Class<T> type, Supplier<T> make) {
    T known = Shared.find(newest, key, type);
    if (known != null) {
      return known;
    }
    T made = make.get();
    newest = new Shared(key, made, Shared.without(newest, key));
    return made;
  }

  /** Says how large the event is, not what it holds. */
  @Override
  public String toString() {
    return "CanonicalEvent[" + json.length + " bytes]";
  }
}
