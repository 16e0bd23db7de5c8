package dev.posthorn;

import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.dispatch.Draft;
import dev.posthorn.dispatch.Engine;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.JsonData;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Added;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The publisher of one tenant. */
final class Publishing implements EventPublisher {
  private static final int MOST_AT_ONCE = 1_000;

  private final Engine engine;
  private final Directory directory;
  private final Clock clock;
  private final Supplier<String> ids;
  private final URI source;
  private final EventCheck check;
  private final Tenant tenant;

  Publishing(
      Engine engine,
      Directory directory,
      Clock clock,
      Supplier<String> ids,
      URI source,
      EventCheck check,
      Tenant tenant) {
    this.engine = engine;
    this.directory = directory;
    this.clock = clock;
    this.ids = ids;
    this.source = source;
    this.check = check;
    this.tenant = tenant;
  }

  @Override
  public EventPublisher forTenant(Tenant other) {
    return new Publishing(engine, directory, clock, ids, source, check, other);
  }

  @Override
  public Published publish(CloudEvent event) {
    return publishAll(List.of(event)).get(0);
  }

  @Override
  public List<Published> publishAll(List<CloudEvent> events) {
    if (events.size() > MOST_AT_ONCE) {
      throw new IllegalArgumentException(
          "at most " + MOST_AT_ONCE + " events can be published at once: " + events.size());
    }
    Instant now = clock.instant();
    List<Draft> drafts = new ArrayList<>(events.size());
    for (CloudEvent event : events) {
      drafts.add(draft(event, now));
    }
    List<Draft> wanted = drafts.stream().filter(draft -> !draft.webhooks().isEmpty()).toList();
    List<Added> added = wanted.isEmpty() ? List.of() : engine.accept(wanted);
    return results(drafts, added);
  }

  @Override
  public Published publish(String type, @Nullable String subject, Object data) {
    if (data instanceof CharSequence || data instanceof byte[]) {
      throw new InvalidEventException(
          "data is given as text or bytes: use publishJson if it is JSON, otherwise a CloudEvent");
    }
    return publish(event(type, subject, JsonData.fromObject(data)));
  }

  @Override
  public Published publishJson(String type, @Nullable String subject, String json) {
    return publish(event(type, subject, JsonData.fromText(json)));
  }

  private CloudEvent event(String type, @Nullable String subject, byte[] json) {
    CloudEventBuilder builder =
        CloudEventBuilder.v1()
            .withId("evt_" + ids.get())
            .withSource(source)
            .withType(type)
            .withData("application/json", json);
    return (subject == null ? builder : builder.withSubject(subject)).build();
  }

  /** Checks the event first, so that a bad one is refused whether or not somebody wants it. */
  private Draft draft(CloudEvent event, Instant now) {
    CanonicalEvent content = check.accept(event, now);
    EventKey key = new EventKey(tenant, event.getSource().toString(), event.getId());
    return new Draft(key, event.getType(), content, directory.matching(tenant, event.getType()));
  }

  /** Puts what the store said back beside the events that nobody wanted. */
  private static List<Published> results(List<Draft> drafts, List<Added> added) {
    List<Published> results = new ArrayList<>(drafts.size());
    int next = 0;
    for (Draft draft : drafts) {
      results.add(
          draft.webhooks().isEmpty()
              ? new Published(draft.key(), Published.Status.UNWANTED, List.of())
              : result(added.get(next++)));
    }
    return results;
  }

  private static Published result(Added added) {
    Published.Status status =
        switch (added.status()) {
          case KNOWN -> Published.Status.KNOWN;
          case CONFLICTING -> Published.Status.CONFLICTING;
          case NEW ->
              added.born().isEmpty() ? Published.Status.UNWANTED : Published.Status.ACCEPTED;
        };
    return new Published(added.event(), status, added.born().stream().map(Added.Born::id).toList());
  }
}
