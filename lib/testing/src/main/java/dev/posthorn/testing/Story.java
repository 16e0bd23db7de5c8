package dev.posthorn.testing;

import dev.posthorn.Posthorn;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.delivery.Page;
import dev.posthorn.webhook.Webhook;
import java.time.Instant;
import java.util.List;

/**
 * What happened in a test, for its author: ids, types, states and statuses of the default tenant,
 * and neither keys nor bodies.
 */
final class Story {
  private static final int MOST = 20;

  private Story() {}

  static String of(Posthorn posthorn, Instant now, ScriptedReceiver receiver) {
    StringBuilder story = new StringBuilder("Posthorn at ").append(now).append(':');
    Page<Webhook> page = posthorn.registry().list(Page.first(MOST));
    List<Webhook> webhooks = page.items();
    webhooks.forEach(webhook -> tell(posthorn, webhook, story));
    if (page.next().isPresent()) {
      story.append("\n  and more webhooks");
    }
    if (webhooks.isEmpty()) {
      story.append("\n  the default tenant has no webhook");
    }
    return story.append("\nThe receiver saw").append(receiver.story()).toString();
  }

  private static void tell(Posthorn posthorn, Webhook webhook, StringBuilder story) {
    story.append("\n  webhook ").append(webhook.id()).append(' ').append(webhook.events());
    story.append(": ").append(posthorn.deliveries().explain(webhook.id()).why());
    Page<Delivery> page = posthorn.deliveries().of(webhook.id(), Page.first(MOST));
    if (page.items().isEmpty()) {
      story.append("\n    no delivery");
    }
    for (Delivery delivery : page.items()) {
      tell(posthorn.deliveries().explain(delivery.id()), story);
    }
    if (page.next().isPresent()) {
      story.append("\n    and older ones");
    }
  }

  private static void tell(Explanation explanation, StringBuilder story) {
    Delivery delivery = explanation.delivery();
    story
        .append("\n    ")
        .append(delivery.state())
        .append(' ')
        .append(delivery.eventType())
        .append(' ')
        .append(delivery.event().id())
        .append(": ")
        .append(explanation.why());
    if (explanation.nextAttempt() != null) {
      story.append(" Next attempt: ").append(explanation.nextAttempt()).append('.');
    }
  }
}
