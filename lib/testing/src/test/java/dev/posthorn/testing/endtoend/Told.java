package dev.posthorn.testing.endtoend;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.WebhookId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that notes what ends badly, line by line. */
final class Told implements DeliveryListener {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void exhausted(Delivery delivery) {
    lines.add("exhausted: " + delivery.event().id());
  }

  @Override
  public void discarded(Delivery delivery) {
    lines.add("discarded: " + delivery.event().id());
  }

  @Override
  public void disabling(WebhookId webhook, String why) {
    lines.add("disabling " + webhook + ": " + why);
  }

  @Override
  public void disabled(WebhookId webhook, String why) {
    lines.add("disabled " + webhook + ": " + why);
  }
}
