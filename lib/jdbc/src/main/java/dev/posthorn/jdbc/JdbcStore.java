package dev.posthorn.jdbc;

import dev.posthorn.receiver.ProcessedEvents;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Storage;
import dev.posthorn.store.WebhookStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Keeps everything in a relational database, the application's own for example: PostgreSQL; or H2,
 * which needs no server.
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
public final class JdbcStore implements Storage, AutoCloseable {
  private static final String PREFIX = "posthorn_";
  private static final int PENDING_PER_WEBHOOK = 1_000_000;
  private static final Duration POLL = Duration.ofMillis(1_400);

  private final Database database;
  private final Dialect dialect;
  private final Tables tables;
  private final LongSupplier ticks;
  private final boolean durable;
  private final Schema schema;
  private final Quota quota;
  private final DeliveryStore deliveries;
  private final DeliveryHistory history;
  private final WebhookStore webhooks;
  private final AuthenticationStore authentications;

  JdbcStore(Database any, Dialect dialect, Tables tables, LongSupplier ticks, int quota) {
    Database database = any.beginningWith(dialect.begin());
    this.database = database;
    this.dialect = dialect;
    this.tables = tables;
    this.ticks = ticks;
    this.durable = !dialect.equals(Dialect.H2) || H2Settings.areDurable(database);
    this.schema = new Schema(database, tables, dialect);
    this.quota = new Quota(tables, quota, ticks);
    Bulk bulk = new Bulk(database, tables, dialect, this.quota);
    Clearing clearing = new Clearing(database, tables, bulk);
    LaneWriting lanes = new LaneWriting(tables);
    WebhookWriting writing = new WebhookWriting(tables, lanes);
    Nodes nodes = new Nodes(database, tables, ticks, new Sweep(database, tables));
    LaneChanges changes = new LaneChanges(lanes, writing);
    this.deliveries =
        dialect.equals(Dialect.POSTGRESQL)
            ? new PostgresDeliveries(database, tables, this.quota, changes, nodes)
            : new PortableDeliveries(database, tables, dialect, this.quota, changes, nodes);
    this.history = new JdbcHistory(database, tables, bulk, clearing);
    this.webhooks = new JdbcWebhooks(database, tables, writing, clearing);
    this.authentications = new JdbcAuthentications(database, tables);
  }

  /**
   * On a database, with tables that begin with {@code posthorn_}.
   *
   * <p>For H2 in a file the URL is best {@code jdbc:h2:async:/a/path;WRITE_DELAY=0}: without {@code
   * async} a thread that is interrupted while it writes closes the file for all others. Prefer
   * {@link #h2}: where several connections write, and the process is killed while one of them
   * commits, H2 can keep half of what another one was committing. That is rare, but was seen, once
   * in some fifty kills.
   *
   * @throws dev.posthorn.delivery.StoreException if the database cannot be reached
   * @throws IllegalArgumentException if it is of a kind that is not supported, or H2 in a file that
   *     would lose what it has committed if the process died: its URL needs {@code ;WRITE_DELAY=0}
   */
  public static JdbcStore on(DataSource source) {
    return on(new Database(source));
  }

  /**
   * In a file of this process, without a server, by the embedded database H2, which the application
   * has to have on its class path. The file and the tables are made unless they are there.
   *
   * <pre>{@code
   * JdbcStore store = JdbcStore.h2(Path.of("data/posthorn")); // data/posthorn.mv.db
   * }</pre>
   *
   * <p>What was accepted survives the process. It is the operating system's when it was accepted,
   * not the disk's: if the machine loses power, the last of it may be lost. Transactions run one at
   * a time, on one connection, since H2 keeps them whole only then when its process is killed.
   *
   * <p>When the file is larger than 256 MB and most of it is dead, it is copied without that, and
   * the copy takes its place. The disk needs room for both, or else the file goes on growing, and a
   * warning is logged. Everybody waits meanwhile, about a second for each 20,000 deliveries that
   * are kept; where that is longer than a lease, what is under way may be sent twice.
   *
   * <p>To write other tables in the same transactions, {@link #begin()} them here.
   *
   * <p>One store of one process at a time can have the file open; a lock on an empty file beside
   * it, {@code posthorn.lock}, keeps it so while it is copied. It is given free by {@link
   * #close()}, which is for the host to call once Posthorn is closed, or else when the process
   * ends. Open it in no other way while it is in use. It holds the webhooks' keys and headers, and
   * so does what it is copied to: let nobody else read its directory.
   *
   * @param file where, without the ending {@code .mv.db}
   * @throws IllegalStateException if H2 is not on the class path
   * @throws dev.posthorn.delivery.StoreException if the file cannot be opened
   */
  public static JdbcStore h2(Path file) {
    return h2(H2File.at(file));
  }

  static JdbcStore h2(H2File connections) {
    boolean opened = false;
    try {
      JdbcStore store = on(new Database(connections)).createTables();
      opened = true;
      return store;
    } finally {
      if (!opened) {
        connections.close();
      }
    }
  }

  private static JdbcStore on(Database database) {
    Dialect dialect = database.dialect();
    Tables tables = new Tables(PREFIX, dialect.now());
    return new JdbcStore(database, dialect, tables, System::nanoTime, PENDING_PER_WEBHOOK);
  }

  /**
   * The same with tables that begin otherwise, for example {@code webhooks_} or {@code
   * hooks.posthorn_}, which is in the schema {@code hooks}; that schema must be there. To be called
   * before {@link #createTables()}.
   *
   * @throws IllegalArgumentException if it is not 1 to 40 of {@code a-z 0-9 _}, perhaps behind a
   *     schema's name and a dot
   */
  public JdbcStore tablePrefix(String prefix) {
    Tables others = new Tables(prefix, dialect.now());
    return new JdbcStore(database, dialect, others, ticks, quota.most());
  }

  /**
   * The same where at most so many deliveries of one webhook are pending or held, so that an
   * endpoint that is down cannot fill the database. Those beyond are stored as discarded, with the
   * reason {@link dev.posthorn.delivery.EndReason#QUOTA}, and are not replayed while it is full.
   * Each process goes by an estimate, so that several may exceed it by a hundredth each, and by
   * what transactions that are open have added. The default is 1,000,000.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public JdbcStore pendingPerWebhook(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("pendingPerWebhook must be at least 1: " + most);
    }
    return new JdbcStore(database, dialect, tables, ticks, most);
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

  /**
   * Begins a transaction on a connection of the store's own, in which the host may write other
   * tables and publish: {@code publisher().in(transaction)}. To be closed by the thread that began
   * it. Where the store is in a file of H2, everybody else waits until then, and this thread can
   * ask nothing else of the store meanwhile; elsewhere {@link JdbcTransaction#begin} with the
   * host's data source does the same.
   *
   * @throws SQLException if there is no connection
   */
  public JdbcTransaction begin() throws SQLException {
    return JdbcTransaction.begin(database.connections());
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

  @Override
  public AuthenticationStore authentications() {
    return authentications;
  }

  /**
   * For a receiver of webhooks: which events it has handled, shared by all its processes, for as
   * long as the tables are kept.
   *
   * @param endpoint which of the application's endpoints, since each of two that are sent the same
   *     event has to handle it: any text that stays the same
   */
  public ProcessedEvents processedEvents(String endpoint) {
    return new JdbcProcessedEvents(database, tables, dialect, endpoint);
  }

  @Override
  public OptionalInt pendingPerWebhook() {
    return OptionalInt.of(quota.most());
  }

  /** True, except on an H2 database in memory. */
  @Override
  public boolean durable() {
    return durable;
  }

  /** 1.4 seconds: what another process stored or changed is seen so soon. */
  @Override
  public Optional<Duration> pollInterval() {
    return Optional.of(POLL);
  }

  /**
   * Closes the file that {@link #h2} opened, after which each call fails, also of stores made from
   * this one by {@link #tablePrefix}: close what uses them first. Any other store keeps nothing
   * open, and goes on. Idempotent.
   */
  @Override
  public void close() {
    database.close();
  }
}
