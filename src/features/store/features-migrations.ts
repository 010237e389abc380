import type { StageMigrations } from "../../contracts/metadata-store.ts";

/** The stage's tables, as types for `withTables`. */
export type FeaturesTables = {
  feature_services: { name: string; position: number; hash: string; schema_hash: string; registered_at_ms: number };
};

/** The schema of the features stage: every hash that a service's name has stood for. */
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
  ],
};
