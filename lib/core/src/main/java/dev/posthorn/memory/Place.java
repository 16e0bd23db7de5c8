package dev.posthorn.memory;

import java.time.Instant;

/** A place among deliveries that ended, which need not be taken. */
record Place(long endedAt, long number) implements Ending {
  private static final String LIST = "f";

  static Place of(Ending ending) {
    return new Place(ending.endedAt(), ending.number());
  }

  /** Before all that ended at this instant or later. */
  static Place at(Instant instant) {
    return new Place(StoreTime.wallOf(instant), Long.MIN_VALUE);
  }

  /** After all that ended. */
  static Place end() {
    return new Place(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  static Place read(String cursor) {
    long[] numbers = Cursors.read(LIST, cursor, 2);
    return new Place(numbers[0], numbers[1]);
  }

  String cursor() {
    return Cursors.write(LIST, endedAt, number);
  }
}
