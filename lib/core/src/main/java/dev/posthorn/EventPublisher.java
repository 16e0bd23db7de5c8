package dev.posthorn;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.Transaction;
import io.cloudevents.CloudEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accepts events. When a call returns, every delivery that it made is stored, and sending has
 * nothing more to do with the caller. Thread-safe; blocks only for the store. Before the instance
 * is started, and after it is stopped, events are stored all the same.
 *
 * <p>An event is unique by its {@code source} and {@code id} within a tenant: publishing it again
 * makes nothing new, so that a caller who does not know whether a call succeeded repeats it.
 *
 * <p>Errors, after each of which the caller still has the event:
 *
 * <ul>
 *   <li>{@link dev.posthorn.event.InvalidEventException}: it breaks a rule of CloudEvents 1.0, is
 *       larger than {@link dev.posthorn.delivery.Limits#eventBytes()}, or is of a type that is not
 *       in the closed catalogue, if the builder was given one ({@code eventTypes}). The message
 *       names the nearest type that is.
 *   <li>{@link IllegalStateException}: the instance has been closed, and its store ends with the
 *       process.
 *   <li>{@link dev.posthorn.delivery.StoreFullException}: the store has no room; nothing was
 *       stored.
 *   <li>{@link dev.posthorn.delivery.StoreException}: the store failed; publish it again.
 * </ul>
 */
public interface EventPublisher {

  /** The publisher of one tenant; without it, that of {@link Tenant#DEFAULT}. */
  EventPublisher forTenant(Tenant tenant);

  /**
   * Publishes in a transaction of the host: events are stored when it commits, and sending begins
   * then; when it rolls back they have never been, and can be published again. Made for one
   * transaction and used by its thread.
   *
   * <p>The results are those of the transaction as it stands. An event that is known does not abort
   * it.
   *
   * @param transaction of a kind that the store can join, which its module brings
   * @throws IllegalArgumentException when publishing, if the store cannot join it
   */
  EventPublisher in(Transaction transaction);

  /**
   * Publishes an event to every webhook that wants its type. JSON data goes out exactly as it is
   * given, digit for digit; {@code time} becomes now if it has none.
   */
  Published publish(CloudEvent event);

  /**
   * Publishes events, all or none.
   *
   * @param events at most 1,000
   * @return what became of each, in their order
   * @throws IllegalArgumentException if there are more
   */
  List<Published> publishAll(List<CloudEvent> events);

  /**
   * Publishes an event without a CloudEvent at hand: its id is new, its source the instance's, its
   * time now. Since the id is new each time, such a call repeated publishes a second event.
   *
   * @param type for example {@code task.created}
   * @param subject what it is about, for example {@code tsk_1}; null for nothing
   * @param data a record, bean, map or list that Jackson can write, see {@link
   *     dev.posthorn.event.JsonData#fromObject}. Text and bytes are refused: for JSON that is
   *     already text use {@link #publishJson}
   */
  Published publish(String type, @Nullable String subject, Object data);

  /** As {@link #publish(String, String, Object)}, with data that is already JSON. */
  Published publishJson(String type, @Nullable String subject, String json);
}
