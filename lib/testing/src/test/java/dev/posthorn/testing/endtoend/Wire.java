package dev.posthorn.testing.endtoend;

import dev.posthorn.testing.Seen;

/** Requests as text, to be compared with what documents show. */
final class Wire {

  private Wire() {}

  /** The whole request, headers in the order of their names. */
  static String of(Seen seen) {
    StringBuilder wire = new StringBuilder(seen.method() + " " + seen.path()).append('\n');
    seen.headerLines().stream().sorted().forEach(header -> wire.append(header).append('\n'));
    return wire.append('\n').append(seen.text()).toString();
  }
}
