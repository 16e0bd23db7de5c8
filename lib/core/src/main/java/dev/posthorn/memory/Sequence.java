package dev.posthorn.memory;

import org.jspecify.annotations.Nullable;

/** Numbered elements, lowest number first, with holes. */
interface Sequence<E> {

  /** How many places there are, holes included. */
  int length();

  /** The number at a place. */
  long number(int index);

  /** The element at a place; null if it is a hole. */
  @Nullable E at(int index);

  /** The first place whose number is not lower; {@code length} if there is none. */
  int from(long number);
}
