package dev.posthorn.jdbc;

/**
 * What differs between databases beyond the three calls that the engine lives on.
 *
 * @param name as in the name of the schema's file
 * @param now the database's clock: microseconds since 1970 in UTC
 * @param lockDeliveries ends a query so that its deliveries {@code d} are locked
 * @param lockSchema keeps others from making tables until the transaction ends; empty for nothing
 * @param tableExists returns a number if there is a table of a name, otherwise nothing or null
 * @param boundIdle begins a transaction that the database ends when nothing is heard for 3 seconds;
 *     empty for nothing
 */
record Dialect(
    String name,
    String now,
    String lockDeliveries,
    String lockSchema,
    String tableExists,
    String boundIdle) {
  static final Dialect POSTGRESQL =
      new Dialect(
          "postgresql",
          "(extract(epoch from clock_timestamp()) * 1000000)::bigint",
          " for no key update of d",
          "select pg_advisory_xact_lock(7306372916528)",
          "select to_regclass(?)::oid::bigint",
          "set local idle_in_transaction_session_timeout = '3s'");
}
