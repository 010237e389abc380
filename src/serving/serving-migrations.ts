import type { Migration, PortableColumnTypes, StageMigrations } from "../contracts/metadata-store.ts";

const rollouts: Migration = {
  name: "001-rollouts",
  async up(sql, types) {
    await sql.schema
      .createTable("serving_rollout")
      .addColumn("rollout_id", types.text, (column) => column.notNull().primaryKey())
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("challenger", types.integer, (column) => column.notNull())
      .addColumn("champion", types.integer, (column) => column.notNull())
      .addColumn("revision", types.integer, (column) => column.notNull())
      .addColumn("phase", types.text, (column) => column.notNull())
      .addColumn("active", types.integer, (column) => column.notNull())
      .addColumn("started_at_ms", types.double, (column) => column.notNull())
      .addColumn("state", types.text, (column) => column.notNull())
      .execute();
    await sql.schema.createIndex("serving_rollout_model").on("serving_rollout").columns(["model", "active"]).execute();
    await sql.schema
      .createTable("serving_rollout_units")
      .addColumn("rollout_id", types.text, (column) => column.notNull())
      .addColumn("sequence", types.integer, (column) => column.notNull())
      .addColumn("unit_set", types.text, (column) => column.notNull())
      .addColumn("units", types.bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint("serving_rollout_units_key", ["rollout_id", "sequence", "unit_set"])
      .execute();
    await sql.schema
      .createTable("serving_rollout_evidence")
      .addColumn("rollout_id", types.text, (column) => column.notNull().primaryKey())
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("challenger", types.integer, (column) => column.notNull())
      .addColumn("recorded_at_ms", types.double, (column) => column.notNull())
      .addColumn("digest", types.text, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .execute();
  },
};

const predictionLog: Migration = {
  name: "002-prediction-log",
  async up(sql, types) {
    for (const table of ["serving_prediction_segment", "serving_outcome_segment"]) {
      await createSegmentTable(sql, types, table);
    }
  },
};

async function createSegmentTable(
  sql: Parameters<Migration["up"]>[0],
  types: PortableColumnTypes,
  table: string,
): Promise<void> {
  await sql.schema
    .createTable(table)
    .addColumn("model", types.text, (column) => column.notNull())
    .addColumn("sequence", types.integer, (column) => column.notNull())
    .addColumn("digest", types.text, (column) => column.notNull())
    .addColumn("size_bytes", types.double, (column) => column.notNull())
    .addColumn("rows", types.integer, (column) => column.notNull())
    .addColumn("from_ms", types.double, (column) => column.notNull())
    .addColumn("to_ms", types.double, (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, ["model", "sequence"])
    .execute();
}

const signatures: Migration = {
  name: "003-signed-rollouts",
  async up(sql, types) {
    for (const table of ["serving_rollout", "serving_rollout_evidence"]) {
      for (const column of ["key_id", "signature"]) {
        await sql.schema
          .alterTable(table)
          .addColumn(column, types.text, (c) => c.notNull().defaultTo(""))
          .execute();
      }
    }
  },
};

/** The tables of rollouts and of the prediction log. */
export const servingMigrations: StageMigrations = {
  stage: "serving",
  migrations: [rollouts, predictionLog, signatures],
};
