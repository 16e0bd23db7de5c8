package dev.posthorn.memory;

import java.util.Comparator;

/** What has a place among deliveries that ended: by when, and by number where that is the same. */
interface Ending {
  Comparator<Ending> ORDER =
      Comparator.comparingLong(Ending::endedAt).thenComparingLong(Ending::number);

  /** As the clock showed it, in microseconds since 1970. */
  long endedAt();

  long number();
}
