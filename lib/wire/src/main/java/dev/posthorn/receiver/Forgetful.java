package dev.posthorn.receiver;

import java.time.Duration;

/** Remembers nothing: each request is handled. */
final class Forgetful implements ProcessedEvents {

  @Override
  public Progress begin(String source, String id, Duration lease) {
    return Progress.STARTED;
  }

  @Override
  public void done(String source, String id) {}

  @Override
  public void forget(String source, String id) {}
}
