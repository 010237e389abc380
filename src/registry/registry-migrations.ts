import type { Migration, StageMigrations } from "../contracts/metadata-store.ts";

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

/** The registry's schema, in order. */
export const registryMigrations: StageMigrations = {
  stage: "registry",
  migrations: [firstTables, decisionTables, standingTable],
};
