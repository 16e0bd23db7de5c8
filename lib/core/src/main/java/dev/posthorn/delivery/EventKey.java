package dev.posthorn.delivery;

/**
 * What makes an event unique: CloudEvents' {@code source} and {@code id}, within a tenant. Compared
 * exactly, upper and lower case apart.
 *
 * @param tenant whose event it is
 * @param source the event's {@code source}
 * @param id the event's {@code id}
 */
public record EventKey(Tenant tenant, String source, String id) {

  /** For people: {@code evt_1 of /shop}, and whose it is unless it is the default tenant's. */
  @Override
  public String toString() {
    String event = id + " of " + source;
    return tenant.equals(Tenant.DEFAULT) ? event : event + ", tenant " + tenant;
  }
}
