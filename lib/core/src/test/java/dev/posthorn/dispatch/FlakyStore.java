package dev.posthorn.dispatch;

import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Storage;
import dev.posthorn.store.WebhookStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store before whose calls, or after them, something happens. */
public final class FlakyStore implements Storage {
  private static final String ALL = "";

  private final Storage store;
  private final Map<String, Supplier<? extends Throwable>> failures = new ConcurrentHashMap<>();
  private final Map<String, Supplier<? extends Throwable>> lateFailures = new ConcurrentHashMap<>();
  private final Map<String, Consumer<Object[]>> hooks = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** Wraps a store. */
  public FlakyStore(Storage store) {
    this.store = store;
  }

  /** Every call fails from now on. */
  public void fail() {
    fail(ALL, () -> new IllegalStateException("the database is down"));
  }

  /** A call of this name fails from now on, without having done anything. */
  public void fail(String method, Supplier<? extends Throwable> failure) {
    failures.put(method, failure);
  }

  /** A call of this name fails from now on after having done its work. */
  public void failAfterwards(String method, Supplier<? extends Throwable> failure) {
    lateFailures.put(method, failure);
  }

  /** Runs before each call of this name, with its arguments; may throw. */
  public void before(String method, Consumer<Object[]> hook) {
    hooks.put(method, hook);
  }

  /** Nothing fails any more. */
  public void work() {
    failures.clear();
    lateFailures.clear();
    hooks.clear();
  }

  /** How often a method was called. */
  public long calls(String method) {
    return calls.stream().filter(method::equals).count();
  }

  @Override
  public DeliveryStore deliveries() {
    return wrap(DeliveryStore.class, store.deliveries());
  }

  @Override
  public DeliveryHistory history() {
    return wrap(DeliveryHistory.class, store.history());
  }

  @Override
  public AuthenticationStore authentications() {
    return wrap(AuthenticationStore.class, store.authentications());
  }

  @Override
  public WebhookStore webhooks() {
    return wrap(WebhookStore.class, store.webhooks());
  }

  @Override
  public boolean durable() {
    return store.durable();
  }

  @Override
  public Optional<Duration> pollInterval() {
    return store.pollInterval();
  }

  private <T> T wrap(Class<T> port, T target) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> call(target, method, arguments)));
  }

  private Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    calls.add(name);
    hooks.getOrDefault(name, unused -> {}).accept(arguments == null ? new Object[0] : arguments);
    throwIf(failures.getOrDefault(name, failures.get(ALL)));
    try {
      method.setAccessible(true);
      Object result = method.invoke(target, arguments);
      throwIf(lateFailures.get(name));
      return result;
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  private static void throwIf(@Nullable Supplier<? extends Throwable> failure) throws Throwable {
    if (failure != null) {
      throw failure.get();
    }
  }
}
