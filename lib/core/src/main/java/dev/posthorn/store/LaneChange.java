package dev.posthorn.store;

import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A change of a lane, which is one small row: a million deliveries are held by writing it. */
public sealed interface LaneChange {

  /** Whose lane. */
  WebhookId webhook();

  /**
   * Disables the webhook and so holds its lane; counts the webhook's version up. No change if it is
   * disabled already.
   *
   * @param webhook whose lane
   * @param why for a person
   */
  record Disable(WebhookId webhook, String why) implements LaneChange {}

  /**
   * Nothing is claimed of the lane for a while. A gate that would end earlier than the one that is
   * there changes nothing.
   *
   * @param webhook whose lane
   * @param state {@link LaneState#FAILING} or {@link LaneState#GATED}
   * @param until from now
   * @param why one English sentence for a person
   * @param ramp the pace of the lane from then on, if it is slower than the lane's limit, which
   *     otherwise is the pace; null leaves it as it is
   */
  record Gate(WebhookId webhook, LaneState state, Duration until, String why, @Nullable Rate ramp)
      implements LaneChange {}

  /**
   * Sets the pace. A held lane stays held and a gated one gated: another process may have gated it
   * since.
   *
   * @param webhook whose lane
   * @param rate at most so many claims, over all processes: in any time what the rate allows for
   *     it, and at most one {@code per}'s worth more. A pace that is not slower than {@link
   *     StoredWebhook#limit()} becomes that limit, and so does null, which is none where there is
   *     no limit
   */
  record Pace(WebhookId webhook, @Nullable Rate rate) implements LaneChange {}
}
