package dev.posthorn.memory;

import org.jspecify.annotations.Nullable;

/** A first-in, first-out list whose elements are their own nodes; each is in one chain at most. */
class Chain<E extends Chain.Link<E>> {
  private @Nullable E first;
  private @Nullable E last;
  private int size;

  /** What an element extends. */
  abstract static class Link<E> {
    private @Nullable E previous;
    private @Nullable E next;
  }

  final int size() {
    return size;
  }

  final @Nullable E first() {
    return first;
  }

  final @Nullable E after(E element) {
    return link(element).next;
  }

  final void append(E element) {
    E before = last;
    link(element).previous = before;
    link(element).next = null;
    if (before == null) {
      first = element;
    } else {
      link(before).next = element;
    }
    last = element;
    size++;
  }

  final void remove(E element) {
    E before = link(element).previous;
    E after = link(element).next;
    if (before == null) {
      first = after;
    } else {
      link(before).next = after;
    }
    if (after == null) {
      last = before;
    } else {
      link(after).previous = before;
    }
    link(element).previous = null;
    link(element).next = null;
    size--;
  }

  private static <E extends Link<E>> Link<E> link(E element) {
    return element;
  }
}
