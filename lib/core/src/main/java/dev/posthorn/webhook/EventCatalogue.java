package dev.posthorn.webhook;

import dev.posthorn.event.InvalidEventException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The event types that an application has. A closed catalogue names them all, and refuses what it
 * does not name; an open one names none and refuses nothing. Hosts give their types to the builder
 * ({@code eventTypes}) instead. Immutable and thread-safe.
 */
public final class EventCatalogue {
  private static final EventCatalogue OPEN = new EventCatalogue(Set.of());
  private static final int LONGEST_SHOWN = 256;

  private final Set<String> types;
  private final Set<String> prefixes = new LinkedHashSet<>();

  private EventCatalogue(Set<String> types) {
    this.types = Collections.unmodifiableSet(types);
    for (String type : types) {
      for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
        prefixes.add(type.substring(0, dot + 1) + "*");
      }
    }
  }

  /** Every type is known. */
  public static EventCatalogue open() {
    return OPEN;
  }

  /**
   * These types and no others.
   *
   * @throws IllegalArgumentException if there is none, or one is given twice, is a pattern or can
   *     be no event type
   */
  public static EventCatalogue of(Collection<String> types) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "a catalogue needs at least one event type: leave it out to let all types be");
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (String type : types) {
      checkType(type);
      if (!distinct.add(type)) {
        throw new IllegalArgumentException("the event type \"" + type + "\" is given twice");
      }
    }
    return new EventCatalogue(distinct);
  }

  /** The types, in the order in which they were given; empty if the catalogue is open. */
  public Set<String> types() {
    return types;
  }

  /**
   * Checks which events a webhook wants: an exact type must be known, a prefix must be that of a
   * known type, and {@code *} always passes.
   *
   * @param wanted what it is to want
   * @param already what it wanted before, which passes whatever it is: a catalogue may shrink
   * @throws InvalidWebhookException if one matches no type; the message names the nearest
   */
  public void check(Collection<EventPattern> wanted, Collection<EventPattern> already) {
    for (EventPattern pattern : wanted) {
      if (!matchesSome(pattern) && !already.contains(pattern)) {
        throw new InvalidWebhookException(unknown(pattern.text(), nearest(pattern)));
      }
    }
  }

  /**
   * Checks the type of an event that is being published.
   *
   * @throws InvalidEventException if it is not known; the message names the nearest
   */
  public void checkPublished(String type) {
    if (!isOpen() && !types.contains(type)) {
      throw new InvalidEventException(unknown(type, Spelling.nearest(type, types)));
    }
  }

  private boolean isOpen() {
    return types.isEmpty();
  }

  private boolean matchesSome(EventPattern pattern) {
    return isOpen()
        || pattern.all()
        || (pattern.prefix() ? prefixes : types).contains(pattern.text());
  }

  private @Nullable String nearest(EventPattern pattern) {
    String text = pattern.text();
    if (!pattern.prefix()) {
      return Spelling.nearest(text, types);
    }
    String nearest = Spelling.nearest(text, prefixes);
    String withoutStar = text.substring(0, text.length() - ".*".length());
    return nearest == null ? Spelling.nearest(withoutStar, types) : nearest;
  }

  private static String unknown(String type, @Nullable String nearest) {
    String shown = type.length() <= LONGEST_SHOWN ? type : type.substring(0, LONGEST_SHOWN) + "...";
    return nearest == null
        ? "unknown event type \"" + shown + "\": registry().eventTypes() lists the known ones"
        : "unknown event type \"" + shown + "\": did you mean \"" + nearest + "\"?";
  }

  private static void checkType(String type) {
    if (type.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "a catalogue holds exact event types, no patterns: \"" + type + "\"");
    }
    try {
      EventPattern unused = new EventPattern(type);
    } catch (InvalidWebhookException unusable) {
      throw new IllegalArgumentException(unusable.getMessage(), unusable);
    }
  }

  /** For example {@code EventCatalogue[task.created, task.updated]}. */
  @Override
  public String toString() {
    return "EventCatalogue" + (isOpen() ? "[open]" : types);
  }
}
