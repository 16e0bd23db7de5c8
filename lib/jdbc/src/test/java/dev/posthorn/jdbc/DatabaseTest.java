package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions: run again where that helps, rolled back where not, and told without contents. */
@SuppressWarnings("NullAway.Init") // set before each test
class DatabaseTest {
  private JdbcDataSource source;
  private Connection keptOpen;
  private Database database;

  @BeforeEach
  void open() throws SQLException {
    source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:database");
    keptOpen = source.getConnection();
    database = new Database(source);
    new Session(keptOpen).update("create table words (word varchar(5) primary key)");
  }

  @AfterEach
  void close() throws SQLException {
    keptOpen.close();
  }

  @Test
  void whatTheDatabaseEndsForAnothersSakeIsRunAgain() {
    for (String state : List.of("40001", "40P01")) {
      AtomicInteger runs = new AtomicInteger();
      database.transaction(
          session -> {
            session.update("insert into words values (?)", state);
            if (runs.incrementAndGet() < 3) {
              throw new SQLException("deadlock detected", state);
            }
            return true;
          });
      assertEquals(3, runs.get());
    }
    assertEquals(List.of("40001", "40P01"), words(), "what was ended before left nothing");
  }

  @Test
  void whatAlwaysEndsIsGivenUp() {
    AtomicInteger runs = new AtomicInteger();
    StoreException failed =
        assertThrows(
            StoreException.class,
            () ->
                database.transaction(
                    session -> {
                      runs.incrementAndGet();
                      throw new SQLException("deadlock detected", "40P01");
                    }));
    assertEquals("the database failed: deadlock detected", failed.getMessage());
    assertEquals(20, runs.get());
  }

  @Test
  void whatFailsHalfWayLeavesNothing() {
    assertThrows(
        IllegalStateException.class,
        () ->
            database.transaction(
                session -> {
                  session.update("insert into words values ('half')");
                  throw new IllegalStateException("ordered");
                }));
    assertEquals(List.of(), words());
  }

  @Test
  void aRefusedValueIsNotRepeated() {
    StoreException failed =
        assertThrows(
            StoreException.class,
            () ->
                database.transaction(
                    session -> session.update("insert into words values ('whsec_a-key')")));
    assertEquals("the database refused a value, SQLState 22001", failed.getMessage());
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      assertFalse(cause.toString().contains("whsec"), cause::toString);
    }
  }

  @Test
  void connectionsGoBackAsTheyCame() throws SQLException {
    try (Connection lent = source.getConnection()) {
      for (boolean autoCommit : List.of(true, false)) {
        lent.setAutoCommit(autoCommit);
        Database lending = new Database(new Lent(lent));
        lending.transaction(session -> session.update("delete from words"));
        assertEquals(autoCommit, lent.getAutoCommit());
        lending.statement(session -> session.update("insert into words values ('kept')"));
        assertEquals(autoCommit, lent.getAutoCommit());
        assertEquals(List.of("kept"), words(), "it is committed in either mode");
      }
      assertTrue(lent.isValid(1));
    }
  }

  private List<String> words() {
    return database.statement(
        session -> session.query("select word from words order by word", row -> row.getString(1)));
  }

  /** One connection, again and again. */
  private record Lent(Connection connection) implements Connections {
    @Override
    public Connection take() {
      return connection;
    }

    @Override
    public void give(Connection back) {}

    @Override
    public void close() {}
  }
}
