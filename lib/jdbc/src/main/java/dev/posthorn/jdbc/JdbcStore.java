package dev.posthorn.jdbc;

import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Storage;
import dev.posthorn.store.WebhookStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Keeps everything in a relational database, the application's own for example: PostgreSQL.
 *
 * <pre>{@code
 * Posthorn.builder().store(JdbcStore.on(dataSource).createTables()).build().start();
 * }</pre>
 *
 * <p>What was accepted survives the process. Any number of processes may share the tables: they
 * share the work, without a leader and without being told of each other, and a process that dies
 * has its work taken over when its leases end.
 *
 * <p>It takes connections from the data source, a few at a time and none while a request is being
 * sent, commits them itself, and gives them back as they came. Use a pool. Time is the database's.
 */
public final class JdbcStore implements Storage {
  private static final String PREFIX = "posthorn_";
  private static final Duration POLL = Duration.ofMillis(1_200);

  private final Database database;
  private final Dialect dialect;
  private final LongSupplier ticks;
  private final Schema schema;
  private final DeliveryStore deliveries;
  private final DeliveryHistory history;
  private final WebhookStore webhooks;

  JdbcStore(Database any, Dialect dialect, Tables tables, LongSupplier ticks) {
    Database database = any.beginningWith(dialect.boundIdle());
    this.database = database;
    this.dialect = dialect;
    this.ticks = ticks;
    this.schema = new Schema(database, tables, dialect);
    Bulk bulk = new Bulk(database, tables, dialect);
    Clearing clearing = new Clearing(database, tables, bulk);
    LaneWriting lanes = new LaneWriting(tables);
    WebhookWriting writing = new WebhookWriting(tables, lanes);
    Nodes nodes = new Nodes(database, tables, ticks, new Sweep(database, tables, clearing));
    this.deliveries =
        new PostgresDeliveries(database, tables, new LaneChanges(lanes, writing), nodes);
    this.history = new JdbcHistory(database, tables, bulk);
    this.webhooks = new JdbcWebhooks(database, tables, writing, clearing);
  }

  /**
   * On a database, with tables that begin with {@code posthorn_}.
   *
   * @throws dev.posthorn.delivery.StoreException if the database cannot be reached
   * @throws IllegalArgumentException if it is of a kind that is not supported
   */
  public static JdbcStore on(DataSource source) {
    Database database = new Database(source);
    Dialect dialect = database.dialect();
    return new JdbcStore(database, dialect, new Tables(PREFIX, dialect.now()), System::nanoTime);
  }

  /**
   * The same with tables that begin otherwise, for example {@code webhooks_} or {@code
   * hooks.posthorn_}, which is in the schema {@code hooks}.
   *
   * @throws IllegalArgumentException if it is not 1 to 40 of {@code a-z 0-9 _}, perhaps behind a
   *     schema's name and a dot
   */
  public JdbcStore tablePrefix(String prefix) {
    return new JdbcStore(database, dialect, new Tables(prefix, dialect.now()), ticks);
  }

  /**
   * Makes the tables if they are not there; any number of processes may call it at once.
   *
   * @return this
   */
  public JdbcStore createTables() {
    schema.create();
    return this;
  }

  /** The statements that {@link #createTables()} runs, for tools that manage schemas. */
  public String ddl() {
    return schema.ddl();
  }

  @Override
  public DeliveryStore deliveries() {
    return deliveries;
  }

  @Override
  public DeliveryHistory history() {
    return history;
  }

  @Override
  public WebhookStore webhooks() {
    return webhooks;
  }

  /** True. */
  @Override
  public boolean durable() {
    return true;
  }

  /** 1.2 seconds: what another process stored or changed is seen so soon. */
  @Override
  public Optional<Duration> pollInterval() {
    return Optional.of(POLL);
  }
}
