import { sql } from "kysely";
import type { Migration, StageMigrations } from "../../contracts/metadata-store.ts";

/** The spaces; the vectors of each lie in a table of their own, since an index of pgvector needs one dimension. */
const spaces: Migration = {
  name: "001-vector-spaces",
  async up(handle) {
    await sql`create table vector_space (
      id integer generated always as identity primary key, view bytea not null, feature bytea not null,
      dimension integer not null, unique (view, feature))`.execute(handle);
  },
};

/** The tables of the vector store in Postgres. */
export const vectorMigrations: StageMigrations = { stage: "vector-store", migrations: [spaces] };
