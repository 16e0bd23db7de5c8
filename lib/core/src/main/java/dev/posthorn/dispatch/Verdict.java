package dev.posthorn.dispatch;

import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.util.List;

/**
 * What follows from an attempt.
 *
 * @param next where the delivery stands now
 * @param lanes what changes for its lane
 */
record Verdict(Next next, List<LaneChange> lanes) {}
