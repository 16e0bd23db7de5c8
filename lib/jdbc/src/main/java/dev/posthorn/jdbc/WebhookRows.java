package dev.posthorn.jdbc;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Webhooks in columns. */
final class WebhookRows {
  /** Those that a later version may change, in the order of {@link #values}. */
  static final List<String> COLUMNS =
      List.of(
          "url",
          "contract",
          "events",
          "label",
          "metadata",
          "headers",
          "rate_permits",
          "rate_per",
          "concurrency",
          "timeout",
          "tls",
          "authentication",
          "keys",
          "fingerprint",
          "disabled",
          "verified",
          "checked_at",
          "check_detail",
          "allowed_permits",
          "allowed_per",
          "unverified",
          "callback",
          "limit_permits",
          "limit_per",
          "ramp_permits",
          "ramp_per",
          "version");

  private WebhookRows() {}

  static List<@Nullable Object> values(StoredWebhook stored) {
    Webhook webhook = stored.webhook();
    Verification check = webhook.verification();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(webhook.url());
    values.add(webhook.contract());
    values.add(Texts.join(webhook.events().stream().map(EventPattern::text).toList()));
    values.add(webhook.label());
    values.add(metadata(webhook.metadata()));
    addSettings(values, stored);
    values.add(keys(stored.keys()));
    values.add(webhook.secretFingerprint());
    values.add(webhook.disabled());
    values.add(check == null ? null : (Boolean) check.verified());
    values.add(check == null ? null : (Long) Micros.of(check.checkedAt()));
    values.add(check == null ? null : check.detail());
    addRate(values, check == null ? null : check.allowedRate());
    values.add(stored.unverified());
    values.add(stored.callback());
    addRate(values, stored.limit());
    addRate(values, stored.ramp());
    values.add(stored.version());
    return values;
  }

  private static void addSettings(List<@Nullable Object> values, StoredWebhook stored) {
    WebhookSettings settings = stored.webhook().settings();
    Duration timeout = settings.timeout();
    List<String> headers = new ArrayList<>();
    stored
        .headers()
        .forEach(
            (name, value) -> {
              headers.add(name);
              headers.add(value.reveal());
            });
    values.add(Texts.join(headers));
    addRate(values, settings.rate());
    values.add(settings.concurrency());
    values.add(timeout == null ? null : (Long) Micros.of(timeout));
    values.add(settings.tls());
    values.add(settings.authentication());
  }

  private static void addRate(List<@Nullable Object> values, @Nullable Rate rate) {
    values.add(rate == null ? null : (Integer) rate.permits());
    values.add(rate == null ? null : (Long) Micros.of(rate.per()));
  }

  private static String metadata(Map<String, String> metadata) {
    List<String> flat = new ArrayList<>();
    metadata.forEach(
        (name, value) -> {
          flat.add(name);
          flat.add(value);
        });
    return Texts.join(flat);
  }

  static String keys(List<StoredKey> keys) {
    List<String> flat = new ArrayList<>();
    for (StoredKey key : keys) {
      flat.add(key.secret().reveal());
      flat.add(key.until() == null ? "" : Long.toString(Micros.of(key.until())));
    }
    return Texts.join(flat);
  }

  static StoredWebhook read(ResultSet row) throws SQLException {
    Set<EventPattern> events = new LinkedHashSet<>();
    Texts.split(row.getString("events")).forEach(text -> events.add(new EventPattern(text)));
    Map<String, Secret> headers = readHeaders(row.getString("headers"));
    Webhook webhook =
        new Webhook(
            WebhookId.of(row.getString("id")),
            new Tenant(row.getString("tenant")),
            row.getString("url"),
            row.getString("contract"),
            events,
            row.getString("label"),
            readMetadata(row.getString("metadata")),
            settings(row, headers),
            row.getString("disabled"),
            verification(row),
            row.getString("fingerprint"),
            Micros.instant(row.getLong("created_at")));
    return new StoredWebhook(
        webhook,
        readKeys(row.getString("keys")),
        headers,
        row.getString("unverified"),
        row.getString("callback"),
        rate(row, "limit"),
        rate(row, "ramp"),
        row.getLong("version"));
  }

  private static WebhookSettings settings(ResultSet row, Map<String, Secret> headers)
      throws SQLException {
    Map<String, String> fingerprints = new LinkedHashMap<>();
    headers.forEach((name, value) -> fingerprints.put(name, value.fingerprint()));
    Long concurrency = Session.number(row, "concurrency");
    Long timeout = Session.number(row, "timeout");
    return new WebhookSettings(
        fingerprints,
        rate(row, "rate"),
        concurrency == null ? null : (Integer) concurrency.intValue(),
        timeout == null ? null : Micros.duration(timeout),
        row.getString("tls"),
        row.getString("authentication"));
  }

  /** A lane's pace, if that is slower than its limit, which it never exceeds; null otherwise. */
  static @Nullable Rate ramp(ResultSet row) throws SQLException {
    Rate pace = rate(row, "pace");
    return pace == null || pace.equals(rate(row, "limit")) ? null : pace;
  }

  /** A rate in two columns; null if there is none. */
  static @Nullable Rate rate(ResultSet row, String kind) throws SQLException {
    int permits = row.getInt(kind + "_permits");
    return permits == 0 ? null : Rate.of(permits, Micros.duration(row.getLong(kind + "_per")));
  }

  private static @Nullable Verification verification(ResultSet row) throws SQLException {
    Long checkedAt = Session.number(row, "checked_at");
    return checkedAt == null
        ? null
        : new Verification(
            row.getBoolean("verified"),
            Micros.instant(checkedAt),
            row.getString("check_detail"),
            rate(row, "allowed"));
  }

  private static Map<String, String> readMetadata(String joined) {
    List<String> flat = Texts.split(joined);
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      metadata.put(flat.get(i), flat.get(i + 1));
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static Map<String, Secret> readHeaders(String joined) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    readMetadata(joined).forEach((name, value) -> headers.put(name, Secret.of(value)));
    return headers;
  }

  static List<StoredKey> readKeys(String joined) {
    List<String> flat = Texts.split(joined);
    List<StoredKey> keys = new ArrayList<>();
    for (int i = 0; i < flat.size(); i += 2) {
      String until = flat.get(i + 1);
      keys.add(
          new StoredKey(
              Secret.of(flat.get(i)),
              until.isEmpty() ? null : Micros.instant(Long.parseLong(until))));
    }
    return keys;
  }
}
