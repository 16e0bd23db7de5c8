package dev.posthorn.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Elements in the order of growing numbers. What is removed leaves a hole; holes are closed when
 * something is appended, so a walk over the list may remove as it goes. Costs 12 bytes an element.
 */
final class SequenceList<E> implements Sequence<E> {
  private long[] numbers = new long[0];
  private @Nullable Object[] items = new Object[0];
  private int length;
  private int holes;

  /** Adds an element whose number is greater than all before. */
  void append(long number, E element) {
    if (holes > length / 2) {
      closeHoles();
    }
    if (length == numbers.length) {
      int capacity = Math.max(4, length + (length >> 1));
      numbers = Arrays.copyOf(numbers, capacity);
      items = Arrays.copyOf(items, capacity);
    }
    numbers[length] = number;
    items[length] = element;
    length++;
  }

  /** Takes the element with this number out. */
  void remove(long number) {
    int index = from(number);
    if (index < length && numbers[index] == number && items[index] != null) {
      items[index] = null;
      holes++;
    }
    while (length > 0 && items[length - 1] == null) {
      length--;
      holes--;
    }
    if (length == 0) {
      numbers = new long[0];
      items = new Object[0];
    }
  }

  /** The element with the greatest number; null if there is none. */
  @Nullable E last() {
    return length == 0 ? null : at(length - 1);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long number(int index) {
    return numbers[index];
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable E at(int index) {
    return (E) items[index];
  }

  @Override
  public int from(long number) {
    int found = Arrays.binarySearch(numbers, 0, length, number);
    return found >= 0 ? found : -found - 1;
  }

  private void closeHoles() {
    int kept = 0;
    for (int i = 0; i < length; i++) {
      if (items[i] != null) {
        numbers[kept] = numbers[i];
        items[kept] = items[i];
        kept++;
      }
    }
    int capacity = kept + (kept >> 1) + 4;
    numbers = Arrays.copyOf(numbers, capacity);
    items = Arrays.copyOf(Arrays.copyOf(items, kept), capacity);
    length = kept;
    holes = 0;
  }
}
