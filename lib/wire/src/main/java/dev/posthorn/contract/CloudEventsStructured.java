package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;

/** CloudEvents JSON in structured mode: the event as it is stored, byte for byte. */
record CloudEventsStructured(String contentType) implements BodyFormat {

  @Override
  public byte[] encode(CanonicalEvent event, String webhookId) {
    return event.json();
  }

  @Override
  public boolean perWebhook() {
    return false;
  }
}
