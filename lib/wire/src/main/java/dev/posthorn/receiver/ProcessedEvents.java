package dev.posthorn.receiver;

import java.time.Duration;

/**
 * Remembers which events have been handled, so that the same event, sent again, has no second
 * effect. Senders deliver at least once: an answer that is lost makes them send again.
 *
 * <p>A {@link WebhookReceiver} calls {@link #begin} before its handler, and after it {@link #done}
 * if the handler returned or {@link #forget} if it threw, each from the same thread. Events are
 * told apart by {@code source} and {@code id} together, compared exactly, in case too; both have
 * been checked, and have at most 2,048 and 1,024 bytes in UTF-8.
 *
 * <p>Use one memory for each endpoint: two endpoints that are both sent an event both have to
 * handle it. A memory that is lost, or that is bounded and has dropped an event, lets it through
 * once more.
 *
 * <p>Implementations are thread-safe; one that several processes share holds all of this between
 * them. A method that cannot do its work throws an unchecked exception: from {@code begin} it makes
 * the answer 500, so that the sender tries again; from {@code done} and {@code forget} it is logged
 * and changes no answer, and the lease ends what they left.
 */
public interface ProcessedEvents {

  /** What {@link #begin} found. */
  enum Progress {
    /** The event was not known, or its lease had run out: it is the caller's now. */
    STARTED,
    /** Another caller is handling it, and may yet fail. */
    IN_PROGRESS,
    /** It has been handled. */
    DONE
  }

  /**
   * Takes an event up. Of any number of calls at the same time one is told {@code STARTED}.
   *
   * @param lease positive; if neither {@link #done} nor {@link #forget} was called when this has
   *     passed, since the process ended or its thread stands still, the event may be begun anew
   */
  Progress begin(String source, String id, Duration lease);

  /** Marks an event as handled, whether it is in progress, lapsed or forgotten. */
  void done(String source, String id);

  /** Lets an event that is in progress be begun anew at once; changes nothing once it is done. */
  void forget(String source, String id);
}
