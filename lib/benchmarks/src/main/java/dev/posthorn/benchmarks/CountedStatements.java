package dev.posthorn.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Counts what is executed on a data source's connections; commits and the pool's own are not. */
final class CountedStatements {
  private final AtomicLong executed = new AtomicLong();

  long executed() {
    return executed.get();
  }

  DataSource on(DataSource source) {
    return counting(DataSource.class, source);
  }

  private <T> T counting(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              if (method.getName().startsWith("execute")) {
                executed.incrementAndGet();
              }
              try {
                Object result = method.invoke(real, args);
                if (result instanceof PreparedStatement statement) {
                  return counting(PreparedStatement.class, statement);
                }
                return result instanceof Connection connection
                    ? counting(Connection.class, connection)
                    : result;
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }
}
