import type { Transaction } from "kysely";
import type { Migration, StageMigrations } from "../contracts/metadata-store.ts";
import type { ModelVersion } from "../contracts/model-version.ts";
import type { RegistryTables } from "./tables.ts";
import { storedRecord } from "../core/stored-json.ts";

const firstTables: Migration = {
  name: "001-versions-aliases-certificates",
  up: async (sql, types) => {
    await sql.schema
      .createTable("registry_model")
      .addColumn("model", types.text, (column) => column.primaryKey().notNull())
      .addColumn("revision", types.integer, (column) => column.notNull())
      .addColumn("versions", types.integer, (column) => column.notNull())
      .addColumn("last_ms", types.double, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("registry_version")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addColumn("key_id", types.text, (column) => column.notNull())
      .addColumn("signature", types.text, (column) => column.notNull())
      .addColumn("stage", types.text, (column) => column.notNull())
      .addColumn("revision", types.integer, (column) => column.notNull())
      .addColumn("certificate", types.text)
      .addPrimaryKeyConstraint("registry_version_key", ["model", "version"])
      .execute();
    await sql.schema
      .createTable("registry_alias")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("alias", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("registry_alias_key", ["model", "alias"])
      .execute();
    for (const table of ["registry_certificate", "registry_evaluation"]) {
      await sql.schema
        .createTable(table)
        .addColumn("digest", types.text, (column) => column.primaryKey().notNull())
        .addColumn("body", types.text, (column) => column.notNull())
        .addColumn("key_id", types.text, (column) => column.notNull())
        .addColumn("signature", types.text, (column) => column.notNull())
        .execute();
    }
  },
};

const decisionTables: Migration = {
  name: "002-approvals-policies",
  up: async (sql, types) => {
    await sql.schema
      .createTable("registry_approval")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("to_stage", types.text, (column) => column.notNull())
      .addColumn("evidence_digest", types.text, (column) => column.notNull())
      .addColumn("approver", types.text, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addColumn("key_id", types.text, (column) => column.notNull())
      .addColumn("signature", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("registry_approval_key", ["model", "version", "to_stage", "evidence_digest", "approver"])
      .execute();
    await sql.schema
      .createTable("registry_policy")
      .addColumn("position", types.integer, (column) => column.primaryKey().notNull())
      .addColumn("digest", types.text, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .execute();
  },
};

const standingTable: Migration = {
  name: "003-standing",
  up: async (sql, types) => {
    await sql.schema
      .createTable("registry_standing")
      .addColumn("model", types.text, (column) => column.primaryKey().notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addColumn("key_id", types.text, (column) => column.notNull())
      .addColumn("signature", types.text, (column) => column.notNull())
      .execute();
  },
};

const ownDecisions: Migration = {
  name: "004-kinds-cards-tokens-search",
  up: async (sql, types) => {
    await sql.schema
      .alterTable("registry_policy")
      .addColumn("scope", types.text, (column) => column.notNull().defaultTo("model"))
      .execute();
    for (const name of ["kind", "author"])
      await sql.schema.alterTable("registry_version").addColumn(name, types.text).execute();
    await sql.schema.alterTable("registry_version").addColumn("registered_ms", types.double).execute();
    await fillColumns(sql.withTables<RegistryTables>());
    await sql.schema
      .createTable("registry_card")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("revision", types.integer, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addColumn("key_id", types.text, (column) => column.notNull())
      .addColumn("signature", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("registry_card_key", ["model", "version", "revision"])
      .execute();
    await sql.schema
      .createTable("registry_token")
      .addColumn("digest", types.text, (column) => column.primaryKey().notNull())
      .addColumn("used_for", types.text, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("registry_refused_load")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("code", types.text, (column) => column.notNull())
      .addColumn("recorded_ms", types.double, (column) => column.notNull())
      .addPrimaryKeyConstraint("registry_refused_load_key", ["model", "code"])
      .execute();
    await searchTables(sql, types);
  },
};

/** What is searched by. */
async function searchTables(...[sql, types]: Parameters<Migration["up"]>): Promise<void> {
  const versions = ["model", "version"] as const;
  await sql.schema
    .createTable("registry_label")
    .addColumn("label", types.text, (column) => column.notNull())
    .addColumn("value", types.text, (column) => column.notNull())
    .addColumn("registered_ms", types.double, (column) => column.notNull())
    .addColumn("model", types.text, (column) => column.notNull())
    .addColumn("version", types.integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("registry_label_key", ["label", "value", "registered_ms", ...versions])
    .execute();
  await sql.schema
    .createIndex("registry_label_of")
    .on("registry_label")
    .columns([...versions, "label"])
    .execute();
  await sql.schema
    .createTable("registry_metric")
    .addColumn("metric", types.text, (column) => column.notNull())
    .addColumn("value", types.double, (column) => column.notNull())
    .addColumn("model", types.text, (column) => column.notNull())
    .addColumn("version", types.integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("registry_metric_key", ["metric", "value", ...versions])
    .execute();
  const timed = ["registered_ms", ...versions] as const;
  for (const [name, ...columns] of [
    ["registry_version_time", ...timed],
    ["registry_version_stage", "stage", ...timed],
    ["registry_version_author", "author", ...timed],
    ["registry_version_kind", "kind", ...timed],
  ] as const)
    await sql.schema.createIndex(name).on("registry_version").columns(columns).execute();
}

const evidenceTable: Migration = {
  name: "005-evidence",
  up: async (sql, types) => {
    // What each promotion asks: which versions of a model stand in a stage.
    await sql.schema
      .createIndex("registry_version_standing")
      .on("registry_version")
      .columns(["model", "stage", "version"])
      .execute();
    await sql.schema
      .createTable("registry_evidence")
      .addColumn("digest", types.text, (column) => column.primaryKey().notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .execute();
  },
};

const reportsAndBlocks: Migration = {
  name: "006-reports-blocks",
  up: async (sql, types) => {
    await sql.schema
      .createTable("registry_standing_block")
      .addColumn("model", types.text, (column) => column.notNull())
      .addColumn("block", types.integer, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("registry_standing_block_key", ["model", "block"])
      .execute();
    await sql.schema.alterTable("registry_evaluation").addColumn("report", types.text).execute();
  },
};

/** What versions of an earlier release say in their signed text alone. */
async function fillColumns(sql: Transaction<RegistryTables>): Promise<void> {
  for (const { model, version, body } of await sql
    .selectFrom("registry_version")
    .select(["model", "version", "body"])
    .execute()) {
    const { author, registeredAtMs }: Pick<ModelVersion, "author" | "registeredAtMs"> = storedRecord(
      body,
      { table: "registry_version", row: `${model}, ${version}` },
      "author",
      "registeredAtMs",
    );
    await sql
      .updateTable("registry_version")
      .set({ kind: "model", author, registered_ms: registeredAtMs })
      .where("model", "=", model)
      .where("version", "=", version)
      .execute();
  }
}

/** The registry's schema, in order. */
export const registryMigrations: StageMigrations = {
  stage: "registry",
  migrations: [firstTables, decisionTables, standingTable, ownDecisions, evidenceTable, reportsAndBlocks],
};
