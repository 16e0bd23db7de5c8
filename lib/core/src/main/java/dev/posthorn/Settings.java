package dev.posthorn;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.RetryScheduler;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.exchange.ContractBook;
import dev.posthorn.http.OkHttpSender;
import dev.posthorn.store.Storage;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.EventCatalogue;
import java.net.ProxySelector;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a builder has been told, with the defaults of what it has not. Not thread-safe. */
final class Settings {
  final List<DeliveryContract> contracts = new ArrayList<>();
  String name = "posthorn";
  @Nullable URI source;
  @Nullable Storage storage;
  Supplier<Optional<Transaction>> joining = Optional::empty;
  EndpointPolicy policy = EndpointPolicy.standard();
  EventCatalogue catalogue = EventCatalogue.open();
  @Nullable RetryScheduler scheduler;
  @Nullable WebhookSender sender;
  @Nullable ProxySelector proxy;
  @Nullable SSLContext tls;
  final Map<String, SSLContext> identities = new LinkedHashMap<>();
  Clock clock = Clock.systemUTC();
  RandomGenerator random = new SecureRandom();
  @Nullable Executor exchanges;
  @Nullable DeliveryListener listener;
  Limits limits = Limits.standard();
  @Nullable String permissionCallback;

  static void checkName(String what, String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          what + " must be 1 to 64 of A-Z a-z 0-9 . _ - : \"" + name + "\"");
    }
  }

  /** Throws if settings contradict each other. */
  void check() {
    if (sender != null && (proxy != null || tls != null || !identities.isEmpty())) {
      throw new IllegalArgumentException(
          "proxy and tls belong to the usual sender, but another sender was given");
    }
  }

  ContractBook contractBook() {
    return new ContractBook(contracts.isEmpty() ? List.of(Contracts.oneHorizon()) : contracts);
  }

  URI sourceOrName() {
    return source == null ? URI.create("/" + name) : source;
  }

  /** How long a claim holds: more than the longest exchange takes. */
  Duration lease(Duration longestTimeout) {
    Duration least = longestTimeout.plusSeconds(1);
    Duration lease = limits.lease();
    if (lease == null) {
      return longestTimeout.multipliedBy(2).plusSeconds(10);
    }
    if (lease.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "the lease of %s is too short: an exchange may take %s, so it must be at least %s"
              .formatted(lease, longestTimeout, least));
    }
    return lease;
  }

  WebhookSender usualSender() {
    OkHttpSender.Builder usual = OkHttpSender.builder(policy).keptConnections(limits.inFlight());
    if (proxy != null) {
      usual.proxySelector(proxy);
    }
    if (tls != null) {
      usual.sslContext(tls);
    }
    identities.forEach(usual::sslContext);
    return usual.build();
  }
}
