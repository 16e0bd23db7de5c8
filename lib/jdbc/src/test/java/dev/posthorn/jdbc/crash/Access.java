package dev.posthorn.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.jdbc.CopiedH2;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.jdbc.JdbcTransaction;
import dev.posthorn.webhook.EndpointPolicy;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How an application gets at the tables. */
final class Access implements AutoCloseable {
  private final JdbcStore store;
  private final @Nullable HikariDataSource pool;

  private Access(JdbcStore store, @Nullable HikariDataSource pool) {
    this.store = store;
    this.pool = pool;
  }

  /**
   * Makes the tables unless they are there.
   *
   * @param place the URL of a database, or else a file of H2
   */
  static Access to(String place) {
    if (!place.startsWith("jdbc:")) {
      return new Access(CopiedH2.at(Path.of(place)), null);
    }
    HikariDataSource pool = pool(place);
    return new Access(JdbcStore.on(pool).createTables(), pool);
  }

  static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(8);
    config.setConnectionTimeout(5_000);
    return new HikariDataSource(config);
  }

  Posthorn.Builder posthorn() {
    return Posthorn.builder()
        .name("crash")
        .contract(Agreement.contract())
        .limits(Agreement.limits())
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .store(store);
  }

  JdbcTransaction begin() throws SQLException {
    return pool == null ? store.begin() : JdbcTransaction.begin(pool);
  }

  @Override
  public void close() {
    store.close();
    if (pool != null) {
      pool.close();
    }
  }
}
