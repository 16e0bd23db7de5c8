package dev.posthorn.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap whose elements know their own place, so that any of them is moved or taken out in
 * O(log n) without a search, and without a node for each.
 */
abstract class Heap<E> {
  private @Nullable Object[] items = new Object[0];
  private int size;

  /** True if the first is to come out earlier than the second. */
  abstract boolean before(E first, E second);

  /** Tells an element its place; -1 if it has left. */
  abstract void placed(E element, int index);

  final int size() {
    return size;
  }

  final @Nullable E peek() {
    return size == 0 ? null : get(0);
  }

  /** The element at a place, 0 to {@code size - 1}; only the one at 0 is in order. */
  @SuppressWarnings({"unchecked", "NullAway"}) // places below size hold elements
  final E get(int index) {
    return (E) items[index];
  }

  final void add(E element) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.max(4, size + (size >> 1)));
    }
    size++;
    up(size - 1, element);
  }

  final void remove(int index) {
    E removed = get(index);
    size--;
    E last = get(size);
    items[size] = null;
    if (index < size) {
      settle(index, last);
    }
    placed(removed, -1);
    if (size < items.length / 4) {
      items = Arrays.copyOf(items, items.length / 2);
    }
  }

  /** Puts an element right after its order has changed. */
  final void moved(int index) {
    settle(index, get(index));
  }

  private void settle(int index, E element) {
    if (index > 0 && before(element, get((index - 1) >>> 1))) {
      up(index, element);
    } else {
      down(index, element);
    }
  }

  private void up(int from, E element) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (!before(element, get(parent))) {
        break;
      }
      put(index, get(parent));
      index = parent;
    }
    put(index, element);
  }

  private void down(int from, E element) {
    int index = from;
    while (index < size >>> 1) {
      int child = 2 * index + 1;
      if (child + 1 < size && before(get(child + 1), get(child))) {
        child++;
      }
      if (!before(get(child), element)) {
        break;
      }
      put(index, get(child));
      index = child;
    }
    put(index, element);
  }

  private void put(int index, E element) {
    items[index] = element;
    placed(element, index);
  }
}
