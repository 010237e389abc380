import type { PortableColumnTypes, StageMigrations } from "../contracts/metadata-store.ts";
import type { Transaction } from "kysely";
import type { NoTables } from "../contracts/metadata-store.ts";

/** The schema of the training stage: runs with parameters, metrics and artifacts, and pipelines with their steps. */
export const trainingMigrations: StageMigrations = {
  stage: "training",
  migrations: [
    {
      name: "001-runs",
      up: async (sql, types) => {
        await createRuns(sql, types);
      },
    },
    {
      name: "002-pipelines",
      up: async (sql, types) => {
        await createPipelines(sql, types);
      },
    },
    {
      name: "003-started-by",
      up: async (sql, { text }) => {
        for (const table of ["training_run", "training_pipeline_run"])
          await sql.schema.alterTable(table).addColumn("started_by", text).execute();
      },
    },
  ],
};

async function createRuns(
  sql: Transaction<NoTables>,
  { text, integer, double, bytes }: PortableColumnTypes,
): Promise<void> {
  await sql.schema
    .createTable("training_run")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("experiment", text, (column) => column.notNull())
    .addColumn("status", text, (column) => column.notNull())
    .addColumn("seed", text, (column) => column.notNull())
    .addColumn("code_digest", text, (column) => column.notNull())
    .addColumn("training", text)
    .addColumn("started_at_ms", double, (column) => column.notNull())
    .addColumn("ended_at_ms", double)
    .addColumn("error", text)
    .execute();
  await sql.schema.createIndex("training_run_experiment").on("training_run").columns(["experiment", "id"]).execute();
  await sql.schema
    .createTable("training_param")
    .addColumn("run_id", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("value", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("training_param_key", ["run_id", "name"])
    .execute();
  await sql.schema
    .createTable("training_metric")
    .addColumn("run_id", text, (column) => column.notNull())
    .addColumn("sequence", integer, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("points", bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint("training_metric_key", ["run_id", "sequence"])
    .execute();
  await sql.schema
    .createTable("training_artifact")
    .addColumn("run_id", text, (column) => column.notNull())
    .addColumn("path", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull())
    .addColumn("size_bytes", double, (column) => column.notNull())
    .addPrimaryKeyConstraint("training_artifact_key", ["run_id", "path"])
    .execute();
}

async function createPipelines(
  sql: Transaction<NoTables>,
  { text, integer, double }: PortableColumnTypes,
): Promise<void> {
  await sql.schema
    .createTable("training_pipeline_run")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("pipeline", text, (column) => column.notNull())
    .addColumn("definition_digest", text, (column) => column.notNull())
    .addColumn("dedupe_key", text, (column) => column.notNull())
    .addColumn("cause", text, (column) => column.notNull())
    .addColumn("status", text, (column) => column.notNull())
    .addColumn("failed_step", text)
    .addColumn("error", text)
    .addColumn("owner", text)
    .addColumn("lease_until_ms", double, (column) => column.notNull())
    .addColumn("requested_at_ms", double, (column) => column.notNull())
    .addColumn("ended_at_ms", double)
    .addUniqueConstraint("training_pipeline_run_dedupe", ["pipeline", "dedupe_key"])
    .execute();
  await sql.schema
    .createTable("training_pipeline_step")
    .addColumn("run_id", text, (column) => column.notNull())
    .addColumn("step", text, (column) => column.notNull())
    .addColumn("status", text, (column) => column.notNull())
    .addColumn("attempts", integer, (column) => column.notNull())
    .addColumn("failures", integer, (column) => column.notNull())
    .addColumn("cached", integer, (column) => column.notNull())
    .addColumn("output", text)
    .addColumn("error", text)
    .addPrimaryKeyConstraint("training_pipeline_step_key", ["run_id", "step"])
    .execute();
  await sql.schema
    .createTable("training_step_cache")
    .addColumn("key", text, (column) => column.primaryKey().notNull())
    .addColumn("output", text, (column) => column.notNull())
    .addColumn("created_at_ms", double, (column) => column.notNull())
    .execute();
}
