package dev.posthorn.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.posthorn.delivery.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;

/** The tables: their statements, which version of them is there, and making them. */
final class Schema {
  private static final int VERSION = 1;

  /** Where nobody can be kept out: those who make the same table at once fail, and look again. */
  private static final int TRIES = 50;

  private final Database database;
  private final Tables tables;
  private final Dialect dialect;

  Schema(Database database, Tables tables, Dialect dialect) {
    this.database = database;
    this.tables = tables;
    this.dialect = dialect;
  }

  /** All statements, each ended by a semicolon at the end of a line. */
  String ddl() {
    String file = dialect.name() + "-" + VERSION + ".sql";
    try (InputStream in = Schema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + file);
      }
      String insert = "insert into {schema} (version) values (" + VERSION + ");\n";
      return tables.in(new String(in.readAllBytes(), UTF_8) + "\n" + insert);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the tables unless they are there; of several at once, one makes them. */
  void create() {
    int tries = dialect.lockSchema().isEmpty() ? TRIES : 1;
    while (!exists()) {
      tries--;
      try {
        database.transaction(this::createAlone);
      } catch (StoreException failure) {
        if (tries == 0 && !exists()) { // otherwise another process was quicker
          throw failure;
        }
      }
    }
  }

  private boolean createAlone(Session session) throws SQLException {
    if (!dialect.lockSchema().isEmpty()) {
      session.query(dialect.lockSchema(), row -> row.getObject(1));
      if (exists(session)) {
        return false;
      }
    }
    for (String statement : ddl().split(";\\R", -1)) {
      if (!statement.isBlank()) {
        session.update(statement);
      }
    }
    return true;
  }

  private boolean exists() {
    return database.statement(this::exists);
  }

  private boolean exists(Session session) throws SQLException {
    return session.number(dialect.tableExists(), tables.in("{schema}")) != null
        && session.number(tables.in("select max(version) from {schema}")) != null;
  }
}
