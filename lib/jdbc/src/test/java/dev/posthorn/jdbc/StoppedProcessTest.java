package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that stops at any place, and is not dead, is in nobody's way for long. */
@SuppressWarnings("NullAway.Init") // set before each test
class StoppedProcessTest {
  private static final DeliveryContract CONTRACT =
      DeliveryContract.of("stopped", Contracts.oneHorizon().wire());

  private final AtomicBoolean stops = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private PostgresServer server;
  private HikariDataSource pool;

  @BeforeEach
  void startServer() {
    server = PostgresServer.start("stopped");
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(8);
    pool = new HikariDataSource(config);
  }

  @AfterEach
  void stopServer() throws IOException {
    goesOn.countDown();
    pool.close();
    server.close();
  }

  @Test
  void whatAProcessLocksWhileItClaimsIsFreeThoughItNeverGoesOn() throws InterruptedException {
    try (ScriptedReceiver receiver = ScriptedReceiver.start();
        Posthorn posthorn =
            Posthorn.builder()
                .contract(CONTRACT)
                .endpoints(EndpointPolicy.standard().allowLoopback())
                .store(JdbcStore.on(pool).createTables())
                .build()) {
      JdbcStore other = JdbcStore.on(stoppingAtCommit(server.source()));
      ClaimRequest request = new ClaimRequest("other", 10, 10, Map.of(), Duration.ofMinutes(10));
      other.deliveries().claim(request); // makes itself known, finds nothing
      posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents());
      posthorn.publisher().publish(event());
      stops.set(true);
      Thread claims = new Thread(() -> other.deliveries().claim(request), "claims-and-stops");
      claims.setUncaughtExceptionHandler((thread, failure) -> {}); // its connection was closed
      claims.setDaemon(true);
      claims.start();
      assertTrue(stopped.await(30, TimeUnit.SECONDS), "it has claimed, and not committed");

      posthorn.start();
      assertEquals(1, receiver.awaitRequests(1).size(), "another process claims it");
    }
  }

  /** Connections on which whoever commits stands still before it, from when it is told to. */
  private DataSource stoppingAtCommit(DataSource source) {
    return proxy(
        DataSource.class,
        source,
        (method, result) ->
            result instanceof Connection connection
                ? proxy(Connection.class, connection, (called, returned) -> returned)
                : result);
  }

  private interface Changed {
    Object of(Method method, Object result);
  }

  private <T> T proxy(Class<T> type, T real, Changed changed) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (stops.get() && method.getName().equals("commit")) {
                stopped.countDown();
                goesOn.await();
              }
              try {
                return changed.of(method, method.invoke(real, arguments));
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }

  private static CloudEvent event() {
    return CloudEventBuilder.v1()
        .withId("one")
        .withSource(URI.create("/orders"))
        .withType("order.placed")
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
