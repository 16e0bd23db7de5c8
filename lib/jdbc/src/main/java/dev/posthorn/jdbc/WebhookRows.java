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
import java.sql.ResultSet;
import java.sql.SQLException;
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
          "keys",
          "fingerprint",
          "disabled",
          "verified",
          "checked_at",
          "check_detail",
          "unverified",
          "ramp_permits",
          "ramp_per",
          "version");

  private WebhookRows() {}

  static List<@Nullable Object> values(StoredWebhook stored) {
    Webhook webhook = stored.webhook();
    Verification check = webhook.verification();
    Rate ramp = stored.ramp();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(webhook.url());
    values.add(webhook.contract());
    values.add(Texts.join(webhook.events().stream().map(EventPattern::text).toList()));
    values.add(webhook.label());
    values.add(metadata(webhook.metadata()));
    values.add(keys(stored.keys()));
    values.add(webhook.secretFingerprint());
    values.add(webhook.disabled());
    values.add(check == null ? null : (Boolean) check.verified());
    values.add(check == null ? null : (Long) Micros.of(check.checkedAt()));
    values.add(check == null ? null : check.detail());
    values.add(stored.unverified());
    values.add(ramp == null ? null : (Integer) ramp.permits());
    values.add(ramp == null ? null : (Long) Micros.of(ramp.per()));
    values.add(stored.version());
    return values;
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

  private static String keys(List<StoredKey> keys) {
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
    Webhook webhook =
        new Webhook(
            WebhookId.of(row.getString("id")),
            new Tenant(row.getString("tenant")),
            row.getString("url"),
            row.getString("contract"),
            events,
            row.getString("label"),
            readMetadata(row.getString("metadata")),
            row.getString("disabled"),
            verification(row),
            row.getString("fingerprint"),
            Micros.instant(row.getLong("created_at")));
    int permits = row.getInt("ramp_permits");
    return new StoredWebhook(
        webhook,
        readKeys(row.getString("keys")),
        row.getString("unverified"),
        permits == 0 ? null : Rate.of(permits, Micros.duration(row.getLong("ramp_per"))),
        row.getLong("version"));
  }

  private static @Nullable Verification verification(ResultSet row) throws SQLException {
    Long checkedAt = Session.number(row, "checked_at");
    return checkedAt == null
        ? null
        : new Verification(
            row.getBoolean("verified"), Micros.instant(checkedAt), row.getString("check_detail"));
  }

  private static Map<String, String> readMetadata(String joined) {
    List<String> flat = Texts.split(joined);
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      metadata.put(flat.get(i), flat.get(i + 1));
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static List<StoredKey> readKeys(String joined) {
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
