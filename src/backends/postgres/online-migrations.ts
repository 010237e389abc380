import { sql } from "kysely";
import type { Migration, StageMigrations } from "../../contracts/metadata-store.ts";

/** Keys are bytes, so that any text fits and all orders are of bytes; events are packed, so that a read is one value an entity. */
const tables: Migration = {
  name: "001-online",
  async up(handle) {
    await sql`create table online_view (
      id integer generated always as identity primary key, name bytea not null unique)`.execute(handle);
    await sql`create table online_row (
      view integer not null, key bytea not null, event_ms double precision not null, known_ms double precision not null,
      bytes bytea not null, primary key (view, key))`.execute(handle);
    await sql`create table online_event (
      view integer not null, key bytea not null, event_ms double precision not null, id bigint not null,
      known_ms double precision not null, record bytea not null, primary key (view, key, event_ms, id))`.execute(
      handle,
    );
    await sql`create unique index online_event_id on online_event (view, id)`.execute(handle);
    await sql`create table online_extent (
      view integer primary key, kept_from_ms double precision, oldest_ms double precision not null,
      newest_ms double precision not null)`.execute(handle);
  },
};

/** The tables of the online store in Postgres. */
export const onlineMigrations: StageMigrations = { stage: "online-store", migrations: [tables] };
