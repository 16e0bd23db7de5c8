drop schema if exists posthorn cascade;
create schema posthorn;
set search_path to posthorn;

-- Lets a test move the store's time.
create table clock (shift interval not null);
insert into clock values (interval '0');

create function now_here() returns timestamptz volatile language sql
  as 'select clock_timestamp() + (select shift from posthorn.clock)';

create sequence change;

-- A webhook and its lane. Deliveries refer to its number, so an id that is used again has no past.
create table webhook (
  number bigint generated always as identity primary key,
  id text collate "C" not null unique,
  tenant text collate "C" not null,
  url text not null,
  contract text not null,
  events text[] not null,
  disabled text,
  verified boolean,
  checked_at timestamptz,
  check_detail text,
  fingerprint text,
  created_at timestamptz not null,
  label text not null,
  metadata text[] not null,
  keys text[] not null,
  key_ends bigint[] not null,
  unverified text,
  ramp_permits int,
  ramp_per bigint,
  version bigint not null,
  changed bigint not null default nextval('change'),
  hold text generated always as (coalesce(disabled, unverified)) stored,
  gate_state text,
  gate_why text,
  gated_until timestamptz not null default '-infinity',
  gated_since timestamptz,
  open_since timestamptz not null default now_here(),
  held_since timestamptz not null default now_here(),
  pace_permits int,
  pace_per bigint,
  pace_empty_at timestamptz,
  turn bigint not null default 0
);
create sequence turn;
create table deleted (id text collate "C" primary key, changed bigint not null default nextval('change'));

create table event (
  hash bytea primary key,
  tenant text not null,
  source text not null,
  id text not null,
  type text not null,
  content bytea not null,
  digest bytea not null,
  accepted_at timestamptz not null
);

create table delivery (
  id text collate "C" primary key,
  number bigint generated always as identity,
  lane bigint not null,
  tenant text collate "C" not null,
  event bytea not null,
  state text not null,
  ended text,
  ended_at timestamptz,
  leased boolean not null default false,
  fence bigint not null default 0,
  round int not null default 1,
  attempts int not null default 0,
  lapses int not null default 0,
  due timestamptz not null,
  due_before timestamptz not null,
  began timestamptz not null,
  max_age bigint not null,
  expires timestamptz generated always as
    ((began at time zone 'UTC' + max_age * interval '1 microsecond') at time zone 'UTC') stored
);
create index on delivery (lane, due, number) where state = 'PENDING';
create index on delivery (expires) where state = 'PENDING';
create index on delivery (lane, number);
create index on delivery (event);
create index on delivery (tenant, ended_at, number) where state = 'EXHAUSTED' and ended <> 'TEST';
create index on delivery (lane, ended_at, number) where state = 'EXHAUSTED' and ended <> 'TEST';

create table attempt (
  delivery text collate "C" not null references delivery on delete cascade,
  number bigint generated always as identity,
  round int not null,
  attempt int not null,
  started_at timestamptz not null,
  took bigint not null,
  status int not null,
  detail text,
  retry_after bigint,
  snippet text not null,
  resent boolean not null,
  primary key (delivery, number)
);

create table node (name text primary key, seen timestamptz not null);
