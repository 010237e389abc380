import type { StageMigrations } from "../../contracts/metadata-store.ts";
import { type PushTables, pushesMigration, waitingRowsMigration } from "../push/pushes-migration.ts";

/** The stage's tables, as types for `withTables`. */
export type FeaturesTables = {
  feature_services: { name: string; position: number; hash: string; schema_hash: string; registered_at_ms: number };
  feature_materialization: {
    view: string;
    store: string;
    owner: string;
    lease_until_ms: number;
    loaded: string | null;
    part: string | null;
  };
  feature_service_view: { service: string; position: number; name: string; hash: string };
  feature_view: { hash: string; windowed: string | null; on_demand: string | null; alias: string | null };
  feature_catalog: { service_hash: string; name: string; record: string };
  feature_log_segment: {
    service: string;
    sequence: number;
    batch: string;
    from_ms: number;
    to_ms: number;
    rows: number;
    segment: Uint8Array;
  };
  feature_erased: { dataset: string; entity: string; erased_at_ms: number; swept: number };
  feature_profile: { view: string; profiled_at_ms: number; record: string };
} & PushTables;

/** The schema of the features stage: every hash that a service's name has stood for, and what of each view is in which online store. */
export const featuresMigrations: StageMigrations = {
  stage: "features",
  migrations: [
    {
      name: "001-services",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_services")
          .addColumn("name", types.text, (column) => column.notNull())
          .addColumn("position", types.integer, (column) => column.notNull())
          .addColumn("hash", types.text, (column) => column.notNull())
          .addColumn("schema_hash", types.text, (column) => column.notNull())
          .addColumn("registered_at_ms", types.double, (column) => column.notNull())
          .addPrimaryKeyConstraint("feature_services_key", ["name", "position"])
          .addUniqueConstraint("feature_services_hash", ["name", "hash"])
          .execute();
      },
    },
    {
      name: "002-materialization",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_materialization")
          .addColumn("view", types.text, (column) => column.notNull())
          .addColumn("store", types.text, (column) => column.notNull())
          .addColumn("owner", types.text, (column) => column.notNull())
          .addColumn("lease_until_ms", types.double, (column) => column.notNull())
          .addColumn("loaded", types.text)
          .addColumn("part", types.text)
          .addPrimaryKeyConstraint("feature_materialization_key", ["view", "store"])
          .execute();
      },
    },
    {
      name: "003-definitions",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_service_view")
          .addColumn("service", types.text, (column) => column.notNull())
          .addColumn("position", types.integer, (column) => column.notNull())
          .addColumn("name", types.text, (column) => column.notNull())
          .addColumn("hash", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("feature_service_view_key", ["service", "position"])
          .execute();
        await sql.schema
          .createTable("feature_view")
          .addColumn("hash", types.text, (column) => column.primaryKey().notNull())
          .addColumn("windowed", types.text)
          .addColumn("on_demand", types.text)
          .execute();
      },
    },
    {
      name: "004-catalog",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_catalog")
          .addColumn("name", types.text, (column) => column.notNull())
          .addColumn("service_hash", types.text, (column) => column.notNull())
          .addColumn("record", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("feature_catalog_key", ["name", "service_hash"])
          .execute();
      },
    },
    pushesMigration,
    {
      name: "006-served-log",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_log_segment")
          .addColumn("service", types.text, (column) => column.notNull())
          .addColumn("sequence", types.integer, (column) => column.notNull())
          .addColumn("batch", types.text, (column) => column.notNull())
          .addColumn("from_ms", types.double, (column) => column.notNull())
          .addColumn("to_ms", types.double, (column) => column.notNull())
          .addColumn("rows", types.integer, (column) => column.notNull())
          .addColumn("segment", types.bytes, (column) => column.notNull())
          .addPrimaryKeyConstraint("feature_log_segment_key", ["service", "sequence"])
          .addUniqueConstraint("feature_log_segment_batch", ["service", "batch"])
          .execute();
      },
    },
    {
      name: "007-aliases",
      up: async (sql, types) => {
        await sql.schema.alterTable("feature_view").addColumn("alias", types.text).execute();
      },
    },
    waitingRowsMigration,
    {
      name: "009-profiles",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_profile")
          .addColumn("view", types.text, (column) => column.primaryKey().notNull())
          .addColumn("profiled_at_ms", types.double, (column) => column.notNull())
          .addColumn("record", types.text, (column) => column.notNull())
          .execute();
      },
    },
    {
      name: "010-erased",
      up: async (sql, types) => {
        await sql.schema
          .createTable("feature_erased")
          .addColumn("dataset", types.text, (column) => column.notNull())
          .addColumn("entity", types.text, (column) => column.notNull())
          .addColumn("erased_at_ms", types.double, (column) => column.notNull())
          .addColumn("swept", types.integer, (column) => column.notNull())
          .addPrimaryKeyConstraint("feature_erased_key", ["dataset", "entity"])
          .execute();
      },
    },
  ],
};
