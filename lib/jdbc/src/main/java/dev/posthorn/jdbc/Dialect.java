package dev.posthorn.jdbc;

/**
 * What differs between databases beyond the three calls that the engine lives on.
 *
 * @param name as in the name of the schema's file
 * @param now the database's clock: microseconds since 1970 in UTC
 * @param lockDeliveries ends a query so that its deliveries {@code d} are locked
 * @param lockReadyLanes ends a query so that lanes are locked, those excepted that others claim of,
 *     where that is quicker than to wait for them
 * @param claimersTakeTurns whether claimers of one process only get in each other's way
 * @param lockSchema keeps others from making tables until the transaction ends; empty for nothing
 * @param tableExists returns a number if there is a table of a name, otherwise nothing or null
 * @param orLeave ends an insert of one row, so that it does nothing where the key is taken; empty
 *     where such an insert fails and its transaction goes on
 * @param begin makes a transaction READ COMMITTED, and has the database end it when nothing is
 *     heard for 3 seconds; empty for nothing
 */
record Dialect(
    String name,
    String now,
    String lockDeliveries,
    String lockReadyLanes,
    boolean claimersTakeTurns,
    String lockSchema,
    String tableExists,
    String orLeave,
    String begin) {
  static final Dialect POSTGRESQL =
      new Dialect(
          "postgresql",
          "(extract(epoch from clock_timestamp()) * 1000000)::bigint",
          " for no key update of d",
          " for no key update skip locked",
          false,
          "select pg_advisory_xact_lock(7306372916528)",
          "select to_regclass(?)::oid::bigint",
          " on conflict do nothing",
          "set transaction isolation level read committed;"
              + " set local idle_in_transaction_session_timeout = '3s'");

  /** The clock stands still within a transaction. Names are in whichever case the URL asks for. */
  static final Dialect H2 =
      new Dialect(
          "h2",
          "cast(extract(epoch from current_timestamp) * 1000000 as bigint)",
          " for update",
          " for update",
          true,
          "",
          """
          select 1 from (select lower(cast(? as varchar)) as name) wanted
          join information_schema.tables t
          on t.table_schema = current_schema and lower(t.table_name) = wanted.name
            or lower(t.table_schema || '.' || t.table_name) = wanted.name
          """,
          "",
          "");
}
