package dev.posthorn.event;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** What was made of an event, in a list of a few; weakly held, since an event may wait for days. */
final class Shared extends WeakReference<Object> {
  private final Object key;
  private final @Nullable Shared next;

  Shared(Object key, Object made, @Nullable Shared next) {
    super(made);
    this.key = key;
    this.next = next;
  }

  /** Null if nothing of that key is held any more. */
  static <T> @Nullable T find(@Nullable Shared first, Object key, Class<T> type) {
    for (Shared one = first; one != null; one = one.next) {
      if (one.key.equals(key)) {
        return type.cast(one.get());
      }
    }
    return null;
  }

  /** The list without a key, and without what nobody holds. */
  static @Nullable Shared without(@Nullable Shared first, Object key) {
    Shared rest = null;
    for (Shared one = first; one != null; one = one.next) {
      Object made = one.get();
      if (made != null && !one.key.equals(key)) {
        rest = new Shared(one.key, made, rest);
      }
    }
    return rest;
  }
}
