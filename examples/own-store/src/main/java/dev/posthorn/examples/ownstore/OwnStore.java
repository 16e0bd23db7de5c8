package dev.posthorn.examples.ownstore;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.AuthenticationChange;
import dev.posthorn.store.Changes.Change;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoreReport;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store on plain collections that keeps every promise of {@link Storage}: {@code OwnStoreTest}
 * shows it, and shows how yours is tested. Start your own from here.
 *
 * <p>One lock makes each call atomic, and everything is found by looking at every row; transactions
 * and indexes do that in a database. Three kinds of rows are kept: events, to know them again;
 * deliveries with their attempts; and lanes, each a webhook with what stands in the way of its
 * deliveries.
 *
 * <p>When it is full it forgets those deliveries that ended first, and refuses new ones if that
 * does not help. Any webhook may fill it. It remembers the ids of deleted webhooks for ever.
 */
public final class OwnStore implements Storage, DeliveryStore, DeliveryHistory, WebhookStore {
  private final Clock clock;
  private final int capacity;
  private final Map<EventKey, CanonicalEvent> events = new HashMap<>();
  private final Map<DeliveryId, Row> rows = new LinkedHashMap<>(); // oldest first
  private final Map<WebhookId, Lane> lanes = new HashMap<>();
  private final Map<Name, Named> names = new HashMap<>();
  private final Map<Object, Long> changes = new HashMap<>(); // of each webhook and name the last
  private final Set<String> nodes = new TreeSet<>();
  private long numbers; // everything that has an order gets its place by it

  /** An empty store of so many deliveries, whose time is a clock's. */
  public OwnStore(Clock clock, int capacity) {
    this.clock = clock;
    this.capacity = capacity;
  }

  @Override
  public DeliveryStore deliveries() {
    return this;
  }

  @Override
  public DeliveryHistory history() {
    return this;
  }

  @Override
  public WebhookStore webhooks() {
    return this;
  }

  @Override
  public AuthenticationStore authentications() {
    return new Names();
  }

  /** False: it ends with the process. */
  @Override
  public boolean durable() {
    return false;
  }

  /** Empty: no other process can write to it. */
  @Override
  public Optional<Duration> pollInterval() {
    return Optional.empty();
  }

  // --- add, claim, record: what the engine lives on

  @Override
  public synchronized List<Added> add(List<NewEvent> added, Duration lease) {
    Instant now = clock.instant();
    Map<EventKey, CanonicalEvent> newEvents = new HashMap<>();
    Map<DeliveryId, Row> newRows = new LinkedHashMap<>();
    List<Added> answers = new ArrayList<>();
    for (NewEvent event : added) {
      CanonicalEvent known = events.getOrDefault(event.key(), newEvents.get(event.key()));
      if (known != null) {
        boolean same = Arrays.equals(known.digest(), event.content().digest());
        Status status = same ? Status.KNOWN : Status.CONFLICTING;
        answers.add(new Added(event.key(), status, List.of()));
        continue;
      }
      List<Born> born = new ArrayList<>();
      for (NewDelivery delivery : event.deliveries()) {
        Lane lane = lane(event.key().tenant(), delivery.webhook());
        if (lane != null) {
          Row row = new Row(++numbers, event, delivery, lane, now);
          if (rows.containsKey(row.id) || newRows.put(row.id, row) != null) {
            throw new IllegalArgumentException("this delivery id is taken: " + row.id);
          }
          boolean claimed =
              delivery.claimed() && lane.state(now) == LaneState.OPEN && lane.pace == null;
          if (claimed) {
            row.lease(now.plus(lease));
          }
          born.add(new Born(row.id, claimed ? Fate.CLAIMED : Fate.WAITING));
          newEvents.put(event.key(), event.content());
        }
      }
      answers.add(new Added(event.key(), Status.NEW, born));
    }
    makeRoom(newRows.size());
    events.putAll(newEvents); // from here on nothing can fail: all or none
    rows.putAll(newRows);
    return answers;
  }

  private void makeRoom(int wanted) {
    int excess = rows.size() + wanted - capacity;
    if (excess <= 0) {
      return;
    }
    List<Row> firstEnded =
        all(Row::ended).sorted(comparingLong(row -> row.endNumber)).limit(excess).toList();
    if (firstEnded.size() < excess) {
      throw new StoreFullException(
          "the store is full of deliveries that have not ended, it may keep " + capacity);
    }
    forget(firstEnded);
  }

  @Override
  public synchronized Claims claim(ClaimRequest request) {
    Instant now = clock.instant();
    nodes.add(request.node());
    List<Claim> claims = new ArrayList<>();
    Duration more = Claims.NEVER;
    for (PriorityQueue<Row> pending : pendingByLane()) {
      Duration next = serve(pending, request, now, claims);
      more = next.compareTo(more) < 0 ? next : more;
    }
    return new Claims(claims, more);
  }

  /** The pending deliveries of each lane that is not held; those served longest ago first. */
  private List<PriorityQueue<Row>> pendingByLane() {
    return all(row -> row.state() == DeliveryState.PENDING)
        .collect(groupingBy(row -> row.lane, toCollection(() -> new PriorityQueue<>(Row.BY_DUE))))
        .values()
        .stream()
        .sorted(comparingLong(pending -> pending.element().lane.turn))
        .toList();
  }

  /** Grants what one lane may send, and returns how long until it may send more. */
  private Duration serve(
      PriorityQueue<Row> pending, ClaimRequest request, Instant now, List<Claim> claims) {
    Lane lane = pending.element().lane;
    int room = request.room().getOrDefault(lane.id(), request.perLane());
    for (int granted = 0; granted < room; granted++) {
      Row first = pending.element();
      Instant next = later(first.due, lane.readyAt());
      if (next.isAfter(now)) {
        return Duration.between(now, next);
      }
      if (claims.size() == request.max()) {
        return Duration.ZERO;
      }
      pending.remove();
      first.lease(now.plus(request.lease()));
      pending.add(first); // the lease may run out
      lane.served(++numbers, now);
      claims.add(first.claim(now));
    }
    return Claims.NEVER; // whoever has filled the room need not be told that there is more
  }

  @Override
  public synchronized Set<DeliveryId> record(List<Finished> finished, List<LaneChange> changed) {
    Instant now = clock.instant();
    Set<DeliveryId> skipped = new HashSet<>();
    for (Finished result : finished) {
      Row row = rows.get(result.id());
      if (row != null && row.leased && row.fence == result.fence()) {
        record(row, result, now);
      } else {
        skipped.add(result.id());
      }
    }
    for (LaneChange change : changed) {
      Lane lane = lanes.get(change.webhook());
      if (lane != null) {
        record(lane, change, now);
      }
    }
    return skipped;
  }

  private void record(Row row, Finished result, Instant now) {
    if (result.attempt() != null) {
      row.attempts.add(0, result.attempt());
      row.tried++;
    }
    row.leased = false;
    if (result.next() instanceof Next.GivenBack) {
      row.due = row.dueBeforeLease;
      return;
    }
    row.lapses = 0;
    if (result.next() instanceof Next.DueIn retry) {
      row.due = now.plus(retry.delay());
    } else if (result.next() instanceof Next.Exhausted exhausted) {
      end(row, DeliveryState.EXHAUSTED, exhausted.reason(), now);
    } else {
      end(row, DeliveryState.DELIVERED, null, now);
    }
  }

  private void record(Lane lane, LaneChange change, Instant now) {
    if (change instanceof LaneChange.Gate gate) {
      lane.change(now, () -> lane.gate(gate, now));
    } else if (change instanceof LaneChange.Pace pace) {
      lane.change(now, () -> lane.pace(pace.rate(), now));
    } else if (change instanceof LaneChange.Disable disable && lane.stored.webhook().enabled()) {
      write(lane, lane.stored.disabled(disable.why()), now);
    }
  }

  private void end(Row row, DeliveryState state, @Nullable EndReason reason, Instant now) {
    row.ended = state;
    row.reason = reason;
    row.endedAt = now;
    row.endNumber = ++numbers;
    row.leased = false;
  }

  // --- history

  @Override
  public synchronized Page<Delivery> list(DeliveryQuery query, Page.Request page) {
    Instant now = clock.instant();
    return page("log", page, matching(query), row -> -row.number, row -> row.delivery(now));
  }

  @Override
  public synchronized Page<Delivery> failed(Tenant tenant, Page.Request page) {
    Instant now = clock.instant();
    Stream<Row> failed = all(row -> row.failed() && row.event.key().tenant().equals(tenant));
    return page("failed", page, failed, row -> -row.endNumber, row -> row.delivery(now));
  }

  @Override
  public synchronized List<Attempt> attempts(DeliveryId delivery) {
    Row row = rows.get(delivery);
    return row == null ? List.of() : List.copyOf(row.attempts);
  }

  @Override
  public synchronized int requeue(DeliveryQuery query, int limit) {
    Instant now = clock.instant();
    Predicate<Row> waits = row -> !row.ended() && !row.leased && row.due.isAfter(now);
    return change(matching(query).filter(waits.or(Row::ended)), limit, row -> row.requeue(now));
  }

  @Override
  public synchronized Replayed requeueFailed(
      Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    Instant now = clock.instant();
    Lane lane = lane(tenant, webhook);
    Stream<Row> failed =
        all(row -> row.failed() && row.lane == lane && row.endedWithin(since, until))
            .sorted(comparingLong(row -> row.endNumber));
    return new Replayed(change(failed, limit, row -> row.requeue(now)), false);
  }

  @Override
  public synchronized int discard(DeliveryQuery query, int limit) {
    Instant now = clock.instant();
    return change(
        matching(query).filter(row -> row.idle(now)),
        limit,
        row -> end(row, DeliveryState.DISCARDED, EndReason.DISCARDED_BY_OWNER, now));
  }

  @Override
  public synchronized int remove(DeliveryQuery query, int limit) {
    List<Row> ended = matching(query).filter(Row::ended).limit(limit).toList();
    forget(ended);
    return ended.size();
  }

  @Override
  public synchronized List<Delivery> expire(int limit) {
    Instant now = clock.instant();
    List<Delivery> expired = new ArrayList<>();
    change(
        all(row -> row.idle(now) && row.age(now).compareTo(row.maxAge) > 0),
        limit,
        row -> {
          end(row, DeliveryState.EXHAUSTED, EndReason.EXPIRED, now);
          expired.add(row.delivery(now));
        });
    return expired;
  }

  @Override
  public synchronized void keepTest(NewEvent event, Attempt attempt) {
    Instant now = clock.instant();
    add(List.of(event), Duration.ZERO).get(0).born().stream()
        .flatMap(born -> Stream.ofNullable(rows.get(born.id())))
        .forEach(row -> keepTest(row, attempt, now));
  }

  private void keepTest(Row row, Attempt attempt, Instant now) {
    row.attempts.add(attempt);
    row.tried = 1;
    if (attempt.outcome().accepted()) {
      end(row, DeliveryState.DELIVERED, null, now);
    } else {
      end(row, DeliveryState.EXHAUSTED, EndReason.TEST, now);
    }
  }

  @Override
  public synchronized Optional<LaneReport> lane(WebhookId webhook) {
    return Optional.ofNullable(lanes.get(webhook)).map(lane -> report(lane, clock.instant()));
  }

  @Override
  public synchronized StoreReport report(int most) {
    Instant now = clock.instant();
    Duration oldestDue =
        all(row -> row.state() == DeliveryState.PENDING && !row.lane.gated(now))
            .map(row -> Duration.between(row.due, now))
            .reduce(Duration.ZERO, (some, other) -> some.compareTo(other) > 0 ? some : other);
    List<LaneReport> troubled =
        lanes.values().stream()
            .filter(lane -> lane.held() || lane.gated(now))
            .sorted(comparing(lane -> lane.since(now)))
            .limit(most)
            .map(lane -> report(lane, now))
            .toList();
    long pending = all(row -> !row.ended()).count();
    return new StoreReport(oldestDue, List.copyOf(nodes), OptionalLong.of(pending), troubled);
  }

  private LaneReport report(Lane lane, Instant now) {
    Instant next =
        all(row -> row.lane == lane && row.state() == DeliveryState.PENDING)
            .map(row -> later(row.due, lane.readyAt()))
            .min(Comparator.naturalOrder())
            .orElse(null);
    Tenant tenant = lane.stored.webhook().tenant();
    return new LaneReport(tenant, lane.id(), lane.state(now), lane.since(now), lane.why(now), next);
  }

  // --- webhooks

  @Override
  public synchronized boolean insert(StoredWebhook webhook) {
    checkName(webhook.webhook());
    Lane lane = new Lane(++numbers, webhook, clock.instant());
    boolean free = lanes.putIfAbsent(lane.id(), lane) == null;
    if (free) {
      changed(lane.id());
    }
    return free;
  }

  @Override
  public synchronized boolean replace(StoredWebhook next) {
    Lane lane = lane(next.webhook().tenant(), next.webhook().id());
    if (lane == null || lane.stored.version() != next.version() - 1) {
      return false;
    }
    checkName(next.webhook());
    write(lane, next, clock.instant());
    return true;
  }

  private void write(Lane lane, StoredWebhook next, Instant now) {
    lane.change(now, () -> lane.write(next, now));
    changed(lane.id());
  }

  @Override
  public synchronized boolean delete(Tenant tenant, WebhookId id) {
    Lane lane = lane(tenant, id);
    if (lane == null) {
      return false;
    }
    lanes.remove(id);
    changed(id);
    forget(all(row -> row.lane == lane).toList());
    return true;
  }

  @Override
  public synchronized Optional<StoredWebhook> find(Tenant tenant, WebhookId id) {
    return Optional.ofNullable(lane(tenant, id)).map(lane -> lane.stored);
  }

  @Override
  public synchronized Page<StoredWebhook> list(Tenant tenant, Page.Request page) {
    Stream<Lane> all =
        lanes.values().stream().filter(lane -> lane.stored.webhook().tenant().equals(tenant));
    return page("webhooks", page, all, lane -> lane.number, lane -> lane.stored);
  }

  @Override
  public synchronized Changes changedSince(String cursor, int size) {
    Page<Object> page =
        page(
            "changes",
            new Page.Request(cursor, size),
            changes.entrySet().stream(),
            Map.Entry::getValue,
            Map.Entry::getKey);
    List<Change> webhooks = new ArrayList<>();
    List<AuthenticationChange> named = new ArrayList<>();
    for (Object changed : page.items()) {
      if (changed instanceof WebhookId id) {
        webhooks.add(new Change(id, stored(id)));
      } else if (changed instanceof Name name) {
        named.add(new AuthenticationChange(name.tenant(), name.name(), named(name)));
      }
    }
    String all = "changes" + numbers;
    return new Changes(webhooks, named, page.next().orElse(all), page.next().isPresent());
  }

  private @Nullable StoredWebhook stored(WebhookId id) {
    Lane lane = lanes.get(id);
    return lane == null ? null : lane.stored;
  }

  /** Under the lock, so nobody has seen a later number and will miss this one. */
  private void changed(Object webhookOrName) {
    changes.put(webhookOrName, ++numbers);
  }

  private @Nullable Lane lane(Tenant tenant, WebhookId id) {
    Lane lane = lanes.get(id);
    return lane == null || !lane.stored.webhook().tenant().equals(tenant) ? null : lane;
  }

  // --- named authentications

  /** What webhooks call one. */
  private record Name(Tenant tenant, String name) {
    static Name of(StoredAuthentication authentication) {
      return new Name(authentication.named().tenant(), authentication.named().name());
    }

    static @Nullable Name of(Webhook webhook) {
      String name = webhook.settings().authentication();
      return name == null ? null : new Name(webhook.tenant(), name);
    }
  }

  private record Named(long number, StoredAuthentication stored) {}

  private @Nullable StoredAuthentication named(Name name) {
    Named named = names.get(name);
    return named == null ? null : named.stored();
  }

  private void checkName(Webhook webhook) {
    Name name = Name.of(webhook);
    if (name != null && !names.containsKey(name)) {
      throw new NotFoundException("there is no authentication \"" + name.name() + "\"");
    }
  }

  /** A class of its own only because its methods are called like those of webhooks. */
  private final class Names implements AuthenticationStore {
    @Override
    public boolean insert(StoredAuthentication authentication) {
      synchronized (OwnStore.this) {
        Name name = Name.of(authentication);
        boolean free = names.putIfAbsent(name, new Named(++numbers, authentication)) == null;
        if (free) {
          changed(name);
        }
        return free;
      }
    }

    @Override
    public boolean replace(StoredAuthentication next, Set<String> contracts) {
      synchronized (OwnStore.this) {
        Name name = Name.of(next);
        Named before = names.get(name);
        if (before == null
            || before.stored().version() != next.version() - 1
            || !contracts.containsAll(users(name.tenant(), name.name()).keySet())) {
          return false;
        }
        names.put(name, new Named(before.number(), next));
        changed(name);
        return true;
      }
    }

    @Override
    public boolean delete(Tenant tenant, String name) {
      synchronized (OwnStore.this) {
        Name gone = new Name(tenant, name);
        if (!names.containsKey(gone) || !users(tenant, name).isEmpty()) {
          return false;
        }
        names.remove(gone);
        changed(gone);
        return true;
      }
    }

    @Override
    public Optional<StoredAuthentication> find(Tenant tenant, String name) {
      synchronized (OwnStore.this) {
        return Optional.ofNullable(named(new Name(tenant, name)));
      }
    }

    @Override
    public Page<StoredAuthentication> list(Tenant tenant, Page.Request request) {
      synchronized (OwnStore.this) {
        Stream<Named> theirs =
            names.values().stream().filter(one -> one.stored().named().tenant().equals(tenant));
        return page("names", request, theirs, Named::number, Named::stored);
      }
    }

    @Override
    public Map<String, WebhookId> users(Tenant tenant, String name) {
      synchronized (OwnStore.this) {
        Map<String, WebhookId> users = new HashMap<>();
        for (Lane lane : lanes.values()) {
          Webhook webhook = lane.stored.webhook();
          if (new Name(tenant, name).equals(Name.of(webhook))) {
            users.put(webhook.contract(), webhook.id());
          }
        }
        return users;
      }
    }
  }

  // --- what the calls above have in common

  private Stream<Row> all(Predicate<Row> wanted) {
    return rows.values().stream().filter(wanted);
  }

  private Stream<Row> matching(DeliveryQuery query) {
    return all(
        row ->
            row.event.key().tenant().equals(query.tenant())
                && (query.webhook() == null || query.webhook().equals(row.lane.id()))
                && (query.delivery() == null || query.delivery().equals(row.id))
                && (query.event() == null || query.event().equals(row.event.key()))
                && query.states().contains(row.state()));
  }

  private static int change(Stream<Row> meant, int limit, Consumer<Row> change) {
    List<Row> changed = meant.limit(limit).toList();
    changed.forEach(change);
    return changed.size();
  }

  /** Events go with their last delivery, and are new when they are published again. */
  private void forget(Collection<Row> gone) {
    gone.forEach(row -> rows.remove(row.id));
    events.keySet().retainAll(all(row -> true).map(row -> row.event.key()).collect(toSet()));
  }

  private static <T, R> Page<R> page(
      String list,
      Page.Request page,
      Stream<T> all,
      ToLongFunction<T> place,
      Function<T, R> shown) {
    List<T> rest = after(list, page.cursor(), all, place).limit(page.size() + 1L).toList();
    List<T> items = rest.stream().limit(page.size()).toList();
    return new Page<>(
        items.stream().map(shown).toList(),
        rest.size() > page.size()
            ? Optional.of(list + place.applyAsLong(items.get(page.size() - 1)))
            : Optional.empty());
  }

  /** A cursor is a place that no row changes but by leaving it, so it stays good for ever. */
  private static <T> Stream<T> after(
      String list, String cursor, Stream<T> all, ToLongFunction<T> place) {
    if (!cursor.matches("(" + list + "-?\\d{1,18})?")) {
      throw new IllegalArgumentException(
          "not a cursor of this list, pass what the page before returned: \"" + cursor + "\"");
    }
    long last = cursor.isEmpty() ? Long.MIN_VALUE : Long.parseLong(cursor.substring(list.length()));
    return all.filter(one -> place.applyAsLong(one) > last).sorted(comparingLong(place));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** A delivery with its attempts. */
  private static final class Row {
    static final Comparator<Row> BY_DUE =
        comparing((Row row) -> row.due).thenComparing(row -> row.number);

    final long number;
    final DeliveryId id;
    final NewEvent event;
    final Lane lane;
    final Duration maxAge;
    final Instant acceptedAt;
    final List<Attempt> attempts = new ArrayList<>(); // newest first
    int round = 1;
    int tried;
    Instant began;
    Instant due; // while it is leased, when the lease ends
    Instant dueBeforeLease;
    boolean leased;
    long fence;
    int lapses;
    @Nullable DeliveryState ended;
    @Nullable EndReason reason;
    @Nullable Instant endedAt;
    long endNumber;

    Row(long number, NewEvent event, NewDelivery delivery, Lane lane, Instant now) {
      this.number = number;
      this.id = delivery.id();
      this.event = event;
      this.lane = lane;
      this.maxAge = delivery.maxAge();
      this.acceptedAt = now;
      this.began = now;
      this.due = now;
      this.dueBeforeLease = now;
    }

    boolean ended() {
      return ended != null;
    }

    boolean failed() {
      return ended == DeliveryState.EXHAUSTED && reason != EndReason.TEST;
    }

    boolean endedWithin(Instant since, Instant until) {
      return endedAt != null && !endedAt.isBefore(since) && endedAt.isBefore(until);
    }

    /** Neither ended nor claimed. A lease that ran out is no claim any more. */
    boolean idle(Instant now) {
      return !ended() && !(leased && due.isAfter(now));
    }

    /** Whether it is held is its lane's: a million are held by changing that alone. */
    DeliveryState state() {
      DeliveryState pending = lane.held() ? DeliveryState.HELD : DeliveryState.PENDING;
      return ended == null ? pending : ended;
    }

    Duration age(Instant now) {
      return Duration.between(began, now);
    }

    void lease(Instant until) {
      if (leased) {
        lapses++; // whoever had it did not come back
      }
      leased = true;
      fence++; // so that they are too late from now on
      dueBeforeLease = due;
      due = until;
    }

    /** Due now: in a new round if it had ended, and otherwise in the one that it is in. */
    void requeue(Instant now) {
      due = now;
      if (ended()) {
        ended = null;
        reason = null;
        endedAt = null;
        round++;
        tried = 0;
        lapses = 0;
        began = now;
      }
    }

    Claim claim(Instant now) {
      return new Claim(
          id,
          fence,
          lane.id(),
          lane.stored.version(),
          event.key(),
          event.type(),
          event.content(),
          round,
          tried,
          lapses,
          age(now),
          maxAge,
          lastFailure(),
          acceptedAt,
          lane.ramp());
    }

    private @Nullable Outcome lastOutcome() {
      return attempts.isEmpty() ? null : attempts.get(0).outcome();
    }

    private @Nullable FailureReason lastFailure() {
      return tried > 0 && lastOutcome() instanceof Outcome.Failed failed ? failed.reason() : null;
    }

    Delivery delivery(Instant now) {
      Instant next = lane.gated(now) ? later(due, lane.gatedUntil) : due;
      return new Delivery(
          id,
          lane.id(),
          event.key(),
          event.type(),
          state(),
          round,
          tried,
          acceptedAt,
          state() == DeliveryState.PENDING ? next : null,
          lastOutcome(),
          reason,
          endedAt);
    }
  }

  /** A webhook, and what stands in the way of its deliveries: a hold, a gate, a pace. */
  private static final class Lane {
    final long number;
    StoredWebhook stored;
    long turn; // the lane that was served longest ago comes first
    Instant since;
    Instant gatedUntil = Instant.MIN;
    LaneState gate = LaneState.GATED;
    String gateWhy = "";
    @Nullable Pace pace;

    Lane(long number, StoredWebhook stored, Instant now) {
      this.number = number;
      this.stored = stored;
      this.turn = number;
      this.since = now;
      pace(null, now);
    }

    WebhookId id() {
      return stored.webhook().id();
    }

    boolean held() {
      return stored.hold() != null;
    }

    boolean gated(Instant now) {
      return gatedUntil.isAfter(now);
    }

    LaneState state(Instant now) {
      if (held()) {
        return LaneState.HELD;
      }
      LaneState free = ramp() == null ? LaneState.OPEN : LaneState.RAMPING;
      return gated(now) ? gate : free;
    }

    Instant since(Instant now) {
      return held() || gated(now) ? since : later(since, gatedUntil); // gates end by themselves
    }

    String why(Instant now) {
      if (held()) {
        return "The webhook is held: " + stored.hold() + ".";
      }
      String open = pace == null ? "Nothing stands in its way." : "It has a limit of its own.";
      String free = ramp() == null ? open : "It comes back slowly.";
      return gated(now) ? gateWhy : free;
    }

    /** Its pace, if it is slower than its limit. */
    @Nullable Rate ramp() {
      return pace == null || pace.rate.equals(stored.limit()) ? null : pace.rate;
    }

    Instant readyAt() {
      return pace == null ? gatedUntil : later(gatedUntil, pace.readyAt());
    }

    void served(long nextTurn, Instant now) {
      turn = nextTurn;
      if (pace != null) {
        pace.take(now);
      }
    }

    /** Notes since when it is as it is, if it is not what it was. */
    void change(Instant now, Runnable change) {
      LaneState before = state(now);
      since = since(now);
      change.run();
      since = state(now) == before ? since : now;
    }

    void write(StoredWebhook next, Instant now) {
      boolean endsHold = held() && next.hold() == null;
      Rate ramp = endsHold ? next.ramp() : ramp();
      stored = next;
      gatedUntil = endsHold ? Instant.MIN : gatedUntil;
      pace(ramp, now);
    }

    /** No pace exceeds the limit, if there is one. */
    void pace(@Nullable Rate rate, Instant now) {
      Rate limit = stored.limit();
      boolean ramps = rate != null && (limit == null || rate.isSlowerThan(limit));
      Rate slower = ramps ? rate : limit;
      pace = slower == null ? null : paced(slower, now);
    }

    void gate(LaneChange.Gate asked, Instant now) {
      Instant until = now.plus(asked.until());
      if (until.isAfter(gatedUntil)) {
        gatedUntil = until;
        gate = asked.state();
        gateWhy = asked.why();
        if (asked.ramp() != null) {
          pace(asked.ramp(), now);
        }
      }
    }

    private Pace paced(Rate rate, Instant now) {
      if (pace == null || pace.rate.equals(rate)) {
        return pace == null ? new Pace(rate, now) : pace;
      }
      Pace other = new Pace(rate, now);
      if (pace.readyAt().isAfter(now)) {
        other.take(now); // what has been used up does not come back with another rate
      }
      return other;
    }
  }

  /** Each claim takes its share of the rate's time; what is not taken is saved, one such time. */
  private static final class Pace {
    final Rate rate;
    private final Duration share;
    private Instant takenUntil;

    Pace(Rate rate, Instant now) {
      this.rate = rate;
      this.share = rate.per().plusNanos(rate.permits() - 1L).dividedBy(rate.permits());
      this.takenUntil = now.plus(rate.per()).minus(share); // one at once, nothing saved
    }

    Instant readyAt() {
      return takenUntil.plus(share).minus(rate.per());
    }

    void take(Instant now) {
      takenUntil = later(takenUntil, now).plus(share);
    }
  }

  // --- at work

  /** Sends a few events to a receiver of this process, and prints what the store says of them. */
  public static void main(String[] args) throws IOException {
    show(System.out);
  }

  static void show(PrintStream out) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    HttpServer receiver = HttpServer.create(new InetSocketAddress(here, 0), 0);
    receiver.createContext("/hooks", OwnStore::answer);
    receiver.start();
    try (Posthorn posthorn =
        Posthorn.builder()
            .contract(
                Contracts.oneHorizon().named("hurried").retries(RetrySchedule.after(Duration.ZERO)))
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .store(new OwnStore(Clock.systemUTC(), 100_000))
            .build()
            .start()) {
      String url = "http://localhost:" + receiver.getAddress().getPort() + "/hooks";
      WebhookId hook = posthorn.registry().register(WebhookSpec.to(url).events("task.*")).id();
      posthorn.registry().verify(hook);
      for (String type : List.of("task.created", "task.updated", "task.deleted")) {
        posthorn.publisher().publish(type, "tsk_1", Map.of("title", "Write a store"));
      }
      if (!posthorn.settle(Duration.ofSeconds(20))) {
        throw new IllegalStateException("what is due was not sent within 20 seconds");
      }
      for (Delivery delivery : posthorn.deliveries().of(hook, Page.first(10)).items()) {
        print(posthorn.deliveries().explain(delivery.id()), out);
      }
    } finally {
      receiver.stop(0);
    }
  }

  /** Takes updates at the second attempt, and never takes deletions. */
  private static void answer(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    String type = headers.getFirst("X-One-Event-Type");
    boolean firstUpdate = "task.updated".equals(type) && !headers.containsKey("X-One-Retry-Num");
    boolean refused = firstUpdate || "task.deleted".equals(type);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(refused ? 503 : 204, -1);
    exchange.close();
  }

  private static void print(Explanation one, PrintStream out) {
    out.println(one.delivery().eventType() + ": " + one.why());
    for (Attempt attempt : one.attempts()) {
      out.println("  attempt " + attempt.number() + ": " + attempt.outcome().describe());
    }
  }
}
