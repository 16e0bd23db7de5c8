package dev.posthorn.contract;

/**
 * Which event types a webhook may choose. Registering and updating obey it; a webhook that is
 * stored already goes on as it is until its event types or its contract change.
 */
public enum EventRule {
  /** Any number of types, prefixes such as {@code task.*}, all, or none. */
  ANY_TYPES,
  /**
   * Exactly one type, named in full: no prefix, not all. One type may still go to any number of
   * webhooks.
   */
  ONE_TYPE
}
