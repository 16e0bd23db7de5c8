package dev.posthorn.jdbc;

import java.time.Duration;

/** A database for one test at a time, whose clock the test moves. */
record MovedClock(Database database, Dialect dialect) {
  private static final String SHIFTED = "(%s + (select micros from test_shift))";

  /** A store on new tables. */
  JdbcStore fresh(String... wiping) {
    database.transaction(
        session -> {
          for (String statement : wiping) {
            session.update(statement);
          }
          session.update("create table test_shift (micros bigint not null)");
          return session.update("insert into test_shift values (0)");
        });
    return store();
  }

  /** Another store on the same tables. */
  JdbcStore store() {
    Tables tables = new Tables("posthorn_", SHIFTED.formatted(dialect.now()));
    return new JdbcStore(database, dialect, tables, () -> 0, 1_000_000).createTables();
  }

  void pass(Duration time) {
    database.transaction(
        session -> session.update("update test_shift set micros = micros + ?", Micros.of(time)));
  }
}
