import type { StageMigrations } from "../contracts/metadata-store.ts";
import { type ErasureTables, erasuresMigration } from "./versions/erasure-counts.ts";
import { type GraphTables, graphMigration } from "./versions/graph-migration.ts";

/** The data stage's tables, as types for `withTables`. */
export type DataTables = {
  data_definition: { name: string; schema_digest: string; definition: string; created_at_ms: number };
  data_version: {
    digest: string;
    dataset: string;
    schema_digest: string;
    parent: string | null;
    row_count: number;
    created_at_ms: number;
  };
  data_layout: { version: string; blob: string };
  data_profile: { parts: string; blob: string };
  data_batch: { dataset: string; batch: string; version: string; record: string };
  data_metrics: { dataset: string; position: number; version: string; committed_at_ms: number; metrics: string };
  data_cursor: { dataset: string; source: string; cursor: string };
} & GraphTables &
  ErasureTables;

/** The schema of dataset definitions, versions, where they and their profiles lie, commits, refs and ingested batches. */
export const dataMigrations: StageMigrations = {
  stage: "data",
  migrations: [
    {
      name: "001-datasets",
      up: async (sql, types) => {
        await sql.schema
          .createTable("data_definition")
          .addColumn("name", types.text, (column) => column.primaryKey())
          .addColumn("schema_digest", types.text, (column) => column.notNull())
          .addColumn("definition", types.text, (column) => column.notNull())
          .addColumn("created_at_ms", types.double, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("data_version")
          .addColumn("digest", types.text, (column) => column.primaryKey())
          .addColumn("dataset", types.text, (column) => column.notNull())
          .addColumn("schema_digest", types.text, (column) => column.notNull())
          .addColumn("parent", types.text)
          .addColumn("row_count", types.double, (column) => column.notNull())
          .addColumn("created_at_ms", types.double, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("data_head")
          .addColumn("dataset", types.text, (column) => column.primaryKey())
          .addColumn("digest", types.text, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("data_batch")
          .addColumn("dataset", types.text, (column) => column.notNull())
          .addColumn("batch", types.text, (column) => column.notNull())
          .addColumn("version", types.text, (column) => column.notNull())
          .addColumn("record", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("data_batch_key", ["dataset", "batch"])
          .execute();
      },
    },
    {
      name: "002-layouts",
      up: async (sql, types) => {
        await sql.schema
          .createTable("data_layout")
          .addColumn("version", types.text, (column) => column.primaryKey())
          .addColumn("blob", types.text, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("data_profile")
          .addColumn("parts", types.text, (column) => column.primaryKey())
          .addColumn("blob", types.text, (column) => column.notNull())
          .execute();
      },
    },
    graphMigration,
    {
      name: "004-batch-metrics",
      up: async (sql, types) => {
        await sql.schema
          .createTable("data_metrics")
          .addColumn("dataset", types.text, (column) => column.notNull())
          .addColumn("position", types.double, (column) => column.notNull())
          .addColumn("version", types.text, (column) => column.notNull())
          .addColumn("committed_at_ms", types.double, (column) => column.notNull())
          .addColumn("metrics", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("data_metrics_key", ["dataset", "position"])
          .execute();
      },
    },
    {
      name: "005-cursors",
      up: async (sql, types) => {
        await sql.schema
          .createTable("data_cursor")
          .addColumn("dataset", types.text, (column) => column.notNull())
          .addColumn("source", types.text, (column) => column.notNull())
          .addColumn("cursor", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("data_cursor_key", ["dataset", "source"])
          .execute();
      },
    },
    erasuresMigration,
  ],
};
