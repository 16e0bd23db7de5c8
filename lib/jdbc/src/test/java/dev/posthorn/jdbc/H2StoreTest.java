package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store: its settings, its file, and what becomes of it when things end. */
@SuppressWarnings("NullAway.Init") // set before each test
class H2StoreTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private ScriptedReceiver receiver;

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  // --- settings

  @Test
  void aFileThatWritesLateIsRefused() {
    JdbcDataSource late = source("jdbc:h2:" + directory.resolve("late"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> JdbcStore.on(late));
    assertEquals(
        "this H2 database writes what was committed up to 500 ms later, and would lose it if the"
            + " process died: add ;WRITE_DELAY=0 to its URL",
        refused.getMessage());
  }

  @Test
  void aFileThatWroteAtOnceBeforeAndWritesLateNowIsRefused() {
    String url = "jdbc:h2:" + directory.resolve("changed");
    assertTrue(JdbcStore.on(source(url + ";WRITE_DELAY=0")).durable());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> JdbcStore.on(source(url)));
    assertTrue(String.valueOf(refused.getMessage()).contains("500 ms later"), refused::toString);
  }

  @Test
  void aFileThatWritesAtOnceIsDurable() {
    JdbcDataSource prompt = source("jdbc:h2:" + directory.resolve("prompt") + ";WRITE_DELAY=0");
    assertTrue(JdbcStore.on(prompt).durable());
  }

  @Test
  void aVersionThatLosesCommitsIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> H2Settings.mustKeepCommits("2.5.252"));
    assertEquals(
        "H2 2.5.252 can lose what it has just committed to a file when the process dies:"
            + " use 2.4.240",
        refused.getMessage());
  }

  @Test
  void aVersionThatKeepsCommitsIsServed() {
    H2Settings.mustKeepCommits("2.4.240");
    H2Settings.mustKeepCommits("2.5.300");
  }

  @Test
  void aDatabaseInMemoryIsNotDurable() {
    assertFalse(JdbcStore.on(source("jdbc:h2:mem:")).durable());
    assertFalse(JdbcStore.on(source("jdbc:h2:memFS:volatile")).durable());
  }

  @Test
  void aDatabaseThatPosesAsAnotherServes() throws SQLException {
    JdbcDataSource posing =
        source("jdbc:h2:mem:posing;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1");
    new Database(posing).statement(session -> session.update("create schema hooks"));
    JdbcStore store = JdbcStore.on(posing).tablePrefix("hooks.own_").createTables().createTables();
    deliverOne(store, "posing");
    try (Connection last = posing.getConnection()) {
      new Session(last).update("shutdown");
    }
  }

  @Test
  void missingTablesAreNamedAsTheCause() {
    JdbcStore store = JdbcStore.on(source("jdbc:h2:mem:empty;DB_CLOSE_DELAY=-1"));
    StoreException failed = assertThrows(StoreException.class, () -> store.history().report(1));
    String begin =
        "Posthorn's tables are missing: call createTables(), or apply what ddl() returns";
    assertTrue(String.valueOf(failed.getMessage()).startsWith(begin), failed::toString);
  }

  @Test
  void severalMayMakeTheTablesAtOnce() throws Exception {
    JdbcDataSource fresh = source("jdbc:h2:mem:fresh;DB_CLOSE_DELAY=-1");
    JdbcStore store = JdbcStore.on(fresh);
    List<Callable<JdbcStore>> makers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      makers.add(store::createTables);
    }
    assertEquals(4, atOnce(makers).size());
    List<Integer> versions =
        new Database(fresh)
            .statement(
                session ->
                    session.query("select version from posthorn_schema", row -> row.getInt(1)));
    assertEquals(List.of(1), versions);
    deliverOne(store, "fresh");
  }

  @Test
  void aDeliveryWhoseEventWasRemovedByHandKeepsNoOtherWaiting() {
    JdbcDataSource damaged = source("jdbc:h2:mem:damaged;DB_CLOSE_DELAY=-1");
    JdbcStore store = JdbcStore.on(damaged).createTables();
    try (Posthorn posthorn = registered(store)) { // not started, so it claims nothing
      posthorn.publisher().publish(event("removed"));
      posthorn.publisher().publish(event("kept"));
      int removed =
          new Database(damaged)
              .statement(
                  session -> session.update("delete from posthorn_event where id = ?", "removed"));
      assertEquals(1, removed);
      List<Claim> claims = claimAll("node", store);
      assertEquals(List.of("kept"), claims.stream().map(claim -> claim.event().id()).toList());
    }
  }

  // --- the file

  @Test
  void theHostsTablesAndEventsAreInOneTransactionOfTheFile() throws Exception {
    try (JdbcStore store = JdbcStore.h2(directory.resolve("shared"));
        Posthorn posthorn = registered(store).start()) {
      try (JdbcTransaction making = store.begin()) {
        new Session(making.connection()).update("create table orders (id varchar primary key)");
        making.commit();
      }
      try (JdbcTransaction committed = store.begin()) {
        new Session(committed.connection()).update("insert into orders values ('committed')");
        posthorn.publisher().in(committed).publish(event("committed"));
        committed.commit();
      }
      try (JdbcTransaction rolledBack = store.begin()) {
        new Session(rolledBack.connection()).update("insert into orders values ('rolled back')");
        posthorn.publisher().in(rolledBack).publish(event("rolled back"));
        assertEquals(
            "this thread has begun a transaction and not ended it: end it before anything else is"
                + " asked of the store",
            assertThrows(IllegalStateException.class, () -> posthorn.registry().list(Page.first(1)))
                .getMessage());
      }
      receiver.awaitRequests(1);
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(1, receiver.requests().size(), "what was rolled back is not sent");
      try (JdbcTransaction reading = store.begin()) {
        assertEquals(
            List.of("committed"),
            new Session(reading.connection())
                .query("select id from orders", row -> row.getString(1)));
      }
      assertEquals(
          Published.Status.ACCEPTED,
          posthorn.publisher().publish(event("rolled back")).status(),
          "nor remembered");
    }
  }

  @Test
  void aTransactionWithinAnotherIsRefused() {
    try (H2File file = H2File.at(directory.resolve("nested"))) {
      Database database = new Database(file);
      assertThrows(
          IllegalStateException.class,
          () -> database.transaction(outer -> database.transaction(inner -> "nested")));
      assertEquals("next", database.transaction(session -> "next"), "it is free again");
    }
  }

  @Test
  void aReopenedFileHasEverything() {
    Path file = directory.resolve("new/directory/posthorn");
    Registration hook;
    try (JdbcStore store = JdbcStore.h2(file)) {
      assertTrue(store.durable());
      hook = deliverOne(store, "before");
    }
    assertTrue(file.resolveSibling("posthorn.mv.db").toFile().isFile());

    try (JdbcStore store = JdbcStore.h2(file);
        Posthorn posthorn = posthorn(store).start()) {
      assertEquals(
          List.of(DeliveryState.DELIVERED),
          posthorn.deliveries().of(hook.id(), Page.first(10)).items().stream()
              .map(delivery -> delivery.state())
              .toList(),
          "the history is kept");
      assertEquals(
          Published.Status.KNOWN,
          posthorn.publisher().publish(event("before")).status(),
          "events are remembered");
      posthorn.publisher().publish(event("after"));
      assertEquals(2, receiver.awaitRequests(2).size(), "the webhook is kept, and verified");
    }
  }

  @Test
  void whatWasNotSentBeforeTheEndIsSentAfterwards() {
    Path file = directory.resolve("waiting");
    try (JdbcStore store = JdbcStore.h2(file)) {
      Posthorn unstarted = registered(store);
      unstarted.publisher().publish(event("waiting"));
      unstarted.close();
    }
    try (JdbcStore store = JdbcStore.h2(file);
        Posthorn posthorn = posthorn(store).start()) {
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(1, receiver.awaitRequests(1).size());
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    Path file = directory.resolve("closed");
    JdbcStore store = JdbcStore.h2(file);
    store.close();
    store.close();
    StoreException failed = assertThrows(StoreException.class, () -> store.history().report(1));
    assertEquals("the database failed: the store in " + file + " was closed", failed.getMessage());
  }

  @Test
  void aFileInUseIsNamed() throws SQLException {
    Path file = directory.resolve("used");
    JdbcDataSource other = source("jdbc:h2:" + file);
    try (Connection held = other.getConnection()) {
      assertFalse(held.isClosed());
      StoreException failed = assertThrows(StoreException.class, () -> JdbcStore.h2(file));
      String begin =
          "the database failed: the file "
              + file
              + ".mv.db is in use, or cannot be locked: one JdbcStore of one process can have it"
              + " open; share that one, end the other process, or use a database server: ";
      assertTrue(String.valueOf(failed.getMessage()).startsWith(begin), failed::toString);
    }
    JdbcStore.h2(file).close();
  }

  @Test
  void aSecondStoreOnAFileIsRefusedUntilTheFirstIsClosed() throws Exception {
    Path file = directory.resolve("second");
    try (JdbcStore first = JdbcStore.h2(file)) {
      StoreException failed = assertThrows(StoreException.class, () -> JdbcStore.h2(file));
      assertEquals(
          "the database failed: the file "
              + file
              + ".mv.db is in use, or cannot be locked: one JdbcStore of one process can have it"
              + " open; share that one, end the other process, or use a database server: "
              + "another connection of this process has it open",
          failed.getMessage());
      deliverOne(first, "still-works");
      assertThrows(StoreException.class, () -> JdbcStore.h2(file));
      assertEquals(LockTaker.TAKEN, LockTaker.tryInAnotherProcess(file), "the lock is still held");
    }
    assertEquals(LockTaker.FREE, LockTaker.tryInAnotherProcess(file));
    JdbcStore.h2(file).close();
  }

  @Test
  void whatClosesTheDatabaseBehindItsBackCostsOneCall() throws SQLException {
    try (JdbcStore store = JdbcStore.h2(directory.resolve("shut"))) {
      Registration hook = deliverOne(store, "before");
      try (JdbcTransaction transaction = store.begin()) {
        new Session(transaction.connection()).update("shutdown immediately");
      } catch (SQLException closed) {
        // its end cannot be told any more
      }
      try {
        store.history().report(1);
      } catch (StoreException told) {
        assertTrue(String.valueOf(told.getMessage()).contains("closed"), told::toString);
      }
      try (Posthorn posthorn = posthorn(store)) {
        assertEquals(1, posthorn.deliveries().of(hook.id(), Page.first(10)).items().size());
      }
    }
  }

  @Test
  void anOpenFileDoesNotGrowForEver() {
    int transactions = 1_500;
    long unattended = grown("unattended", transactions, Long.MAX_VALUE / 2);
    long attended = grown("attended", transactions, 1 << 20);
    assertTrue(unattended > 8 << 20, () -> "it would grow, or this shows nothing: " + unattended);
    assertTrue(attended < unattended / 2, () -> attended + " bytes of " + unattended);
  }

  /** The size of an open file in which a row was replaced again and again among many. */
  private long grown(String name, int transactions, long growth) {
    try (H2File file = H2File.at(directory.resolve(name), growth)) {
      Database database = new Database(file);
      replaceRows(database, transactions);
      List<Long> kept =
          database.statement(
              session ->
                  session.query(
                      "select count(*) from rows where text like 'y%'", row -> row.getLong(1)));
      assertEquals(List.of(1000L), kept);
      return directory.resolve(name + ".mv.db").toFile().length();
    }
  }

  private static void replaceRows(Database database, int times) {
    database.transaction(
        session -> {
          session.update(
              "create table if not exists rows (no int primary key, text varchar(9999))");
          return session.update(
              "merge into rows select x, repeat('x', 1000) from system_range(0, 999)");
        });
    for (int i = 0; i < times; i++) {
      int no = i * 7919 % 1000;
      String text = "y".repeat(1000) + i;
      database.transaction(
          session -> session.update("update rows set text = ? where no = ?", text, no));
    }
  }

  @Test
  void whoeverCouldNotReadAFileCannotReadItsCopy() throws Exception {
    Path stored = directory.resolve("private.mv.db");
    try (H2File file = H2File.at(directory.resolve("private"), 1 << 20)) {
      Database database = new Database(file);
      replaceRows(database, 1);
      assumeTrue(Files.getFileStore(stored).supportsFileAttributeView("posix"));
      Set<PosixFilePermission> ownersAlone = PosixFilePermissions.fromString("rw-------");
      Files.setPosixFilePermissions(stored, ownersAlone);
      Path before = Files.createLink(directory.resolve("before"), stored);
      replaceRows(database, 1_000);
      assertFalse(Files.isSameFile(before, stored), "it has been copied");
      assertEquals(ownersAlone, Files.getPosixFilePermissions(stored));
    }
  }

  @Test
  void aPathThatWouldBecomeASettingIsRefused() {
    Path bad = directory.resolve("a;WRITE_DELAY=500");
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> JdbcStore.h2(bad));
    assertEquals(
        "H2 takes what follows a semicolon for a setting: use a path without one: " + bad,
        refused.getMessage());
  }

  @Test
  void withoutH2OnTheClassPathItSaysWhatToAdd() throws Exception {
    List<URL> withoutH2 = new ArrayList<>();
    String[] entries =
        System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1);
    for (String entry : entries) {
      if (!Path.of(entry).getFileName().toString().startsWith("h2-")) {
        withoutH2.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(withoutH2.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Method h2 = loader.loadClass(JdbcStore.class.getName()).getMethod("h2", Path.class);
      InvocationTargetException failed =
          assertThrows(
              InvocationTargetException.class, () -> h2.invoke(null, directory.resolve("none")));
      Throwable cause = assertInstanceOf(IllegalStateException.class, failed.getCause());
      assertEquals(
          "H2 is not on the class path: add com.h2database:h2 to the application's dependencies",
          cause.getMessage());
    }
  }

  // --- threads

  @Test
  void aThreadThatIsInterruptedTakesNobodyElseDown() throws Exception {
    try (JdbcStore store = JdbcStore.h2(directory.resolve("interrupted"));
        Posthorn posthorn = registered(store)) {
      CountDownLatch begun = new CountDownLatch(50);
      FutureTask<Integer> publishing =
          new FutureTask<>(
              () -> {
                int published = 0;
                while (!Thread.currentThread().isInterrupted()) {
                  posthorn.publisher().publish(event("interrupted-" + published++));
                  begun.countDown();
                }
                return published;
              });
      Thread thread = new Thread(publishing);
      thread.start();
      assertTrue(begun.await(AMPLE.toSeconds(), TimeUnit.SECONDS));
      thread.interrupt();
      int published = publishing.get(AMPLE.toSeconds(), TimeUnit.SECONDS);
      assertEquals(
          Published.Status.KNOWN,
          posthorn.publisher().publish(event("interrupted-" + (published - 1))).status(),
          "the last event before the interrupt is stored, and the store still works");
    }
  }

  @Test
  void severalNodesOnOneFileShareTheWorkWithoutADuplicate() throws Exception {
    int events = 300;
    Path file = directory.resolve("shared");
    try (JdbcStore store = JdbcStore.h2(file);
        Posthorn posthorn = registered(store)) {
      List<CloudEvent> all = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        all.add(event("shared-" + i));
      }
      posthorn.publisher().publishAll(all);

      List<Callable<List<Claim>>> claimers = new ArrayList<>();
      for (String node : List.of("one-1", "two-1", "one-2", "two-2")) {
        claimers.add(() -> claimAll(node, store));
      }
      Set<String> claimed = new HashSet<>();
      for (List<Claim> some : atOnce(claimers)) {
        some.forEach(
            claim -> assertTrue(claimed.add(claim.event().id()), "two nodes never share a claim"));
      }
      assertEquals(events, claimed.size(), "everything is granted to someone");
    }
  }

  private static List<Claim> claimAll(String node, JdbcStore store) {
    ClaimRequest some = new ClaimRequest(node, 7, 7, Map.of(), Duration.ofMinutes(10));
    List<Claim> all = new ArrayList<>();
    List<Claim> batch = store.deliveries().claim(some).claims();
    while (!batch.isEmpty()) {
      all.addAll(batch);
      batch = store.deliveries().claim(some).claims();
    }
    return all;
  }

  private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
    List<FutureTask<T>> running = new ArrayList<>();
    for (Callable<T> task : tasks) {
      FutureTask<T> future = new FutureTask<>(task);
      running.add(future);
      new Thread(future).start();
    }
    List<T> results = new ArrayList<>();
    for (FutureTask<T> one : running) {
      results.add(one.get(AMPLE.toSeconds(), TimeUnit.SECONDS));
    }
    return results;
  }

  /** Registers a webhook, and publishes an event that is delivered to it. */
  private Registration deliverOne(JdbcStore store, String event) {
    int before = receiver.requests().size();
    try (Posthorn posthorn = posthorn(store).start()) {
      Registration hook = posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents());
      assertTrue(posthorn.registry().verify(hook.id()).verified());
      posthorn.publisher().publish(event(event));
      receiver.awaitRequests(before + 1);
      assertTrue(posthorn.settle(AMPLE));
      return hook;
    }
  }

  /** With a webhook that takes all events, and not started. */
  private Posthorn registered(JdbcStore store) {
    Posthorn posthorn = posthorn(store);
    Registration hook = posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents());
    assertTrue(posthorn.registry().verify(hook.id()).verified());
    return posthorn;
  }

  private static Posthorn posthorn(JdbcStore store) {
    return Posthorn.builder()
        .contract(Contracts.oneHorizon())
        .store(store)
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .build();
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/orders"))
        .withType("order.placed")
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static JdbcDataSource source(String url) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(url);
    source.setUser("sa");
    return source;
  }
}
