import type { StageMigrations } from "../contracts/metadata-store.ts";

/** The ledger's tables, as types for `withTables`. */
export type LedgerTables = {
  audit_events: {
    position: number;
    kind: string;
    subject: string;
    record: string;
    hash: string;
    /** For searching, as `time_ms`: null in rows of older versions. The record tells. */
    actor: string | null;
    time_ms: number | null;
  };
  audit_head: { id: number; events: number; hash: string };
  audit_checkpoints: { size: number; digest: string; body: string; key_id: string; signature: string };
  audit_anchored: { anchor: string; size: number };
  audit_personal: { position: number; name: string; salt: string; value: string };
  audit_dropped: { position: number; hash: string; leaf: string };
  audit_tiles: { tile: number; hash: string };
  lineage_edges: { from_node: string; to_node: string; kind: string; asserted: number };
  changes: { position: number; time_ms: number; kind: string; payload: string };
};

/** The schema of the audit chain, the lineage edges and the change feed. */
export const ledgerMigrations: StageMigrations = {
  stage: "ledger",
  migrations: [
    {
      name: "001-ledger",
      up: async (sql, types) => {
        await sql.schema
          .createTable("audit_events")
          .addColumn("position", types.integer, (column) => column.primaryKey())
          .addColumn("kind", types.text, (column) => column.notNull())
          .addColumn("subject", types.text, (column) => column.notNull())
          .addColumn("record", types.text, (column) => column.notNull())
          .addColumn("hash", types.text, (column) => column.notNull())
          .execute();
        await sql.schema
          .createIndex("audit_events_subject")
          .on("audit_events")
          .columns(["subject", "position"])
          .execute();
        await sql.schema
          .createTable("audit_head")
          .addColumn("id", types.integer, (column) => column.primaryKey())
          .addColumn("events", types.integer, (column) => column.notNull())
          .addColumn("hash", types.text, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("lineage_edges")
          .addColumn("from_node", types.text, (column) => column.notNull())
          .addColumn("to_node", types.text, (column) => column.notNull())
          .addColumn("kind", types.text, (column) => column.notNull())
          .addColumn("asserted", types.integer, (column) => column.notNull())
          .addPrimaryKeyConstraint("lineage_edges_key", ["from_node", "to_node", "kind"])
          .execute();
        await sql.schema.createIndex("lineage_edges_to").on("lineage_edges").column("to_node").execute();
        await sql.schema
          .createTable("changes")
          .addColumn("position", types.integer, (column) => column.primaryKey())
          .addColumn("time_ms", types.double, (column) => column.notNull())
          .addColumn("kind", types.text, (column) => column.notNull())
          .addColumn("payload", types.text, (column) => column.notNull())
          .execute();
      },
    },
    {
      name: "002-checkpoints",
      up: async (sql, types) => {
        await sql.schema
          .createTable("audit_checkpoints")
          .addColumn("size", types.integer, (column) => column.primaryKey())
          .addColumn("digest", types.text, (column) => column.notNull())
          .addColumn("body", types.text, (column) => column.notNull())
          .addColumn("key_id", types.text, (column) => column.notNull())
          .addColumn("signature", types.text, (column) => column.notNull())
          .execute();
        await sql.schema
          .createTable("audit_anchored")
          .addColumn("anchor", types.text, (column) => column.notNull())
          .addColumn("size", types.integer, (column) => column.notNull())
          .addPrimaryKeyConstraint("audit_anchored_key", ["anchor", "size"])
          .execute();
        await sql.schema
          .createTable("audit_tiles")
          .addColumn("tile", types.integer, (column) => column.primaryKey())
          .addColumn("hash", types.text, (column) => column.notNull())
          .execute();
      },
    },
    {
      name: "003-search",
      up: async (sql, types) => {
        await sql.schema.alterTable("audit_events").addColumn("actor", types.text).execute();
        await sql.schema.alterTable("audit_events").addColumn("time_ms", types.double).execute();
        for (const column of ["kind", "actor", "time_ms"])
          await sql.schema
            .createIndex(`audit_events_${column}`)
            .on("audit_events")
            .columns([column, "position"])
            .execute();
      },
    },
    {
      name: "004-personal-and-dropped",
      up: async (sql, types) => {
        await sql.schema
          .createTable("audit_personal")
          .addColumn("position", types.integer, (column) => column.notNull())
          .addColumn("name", types.text, (column) => column.notNull())
          .addColumn("salt", types.text, (column) => column.notNull())
          .addColumn("value", types.text, (column) => column.notNull())
          .addPrimaryKeyConstraint("audit_personal_key", ["position", "name"])
          .execute();
        await sql.schema
          .createTable("audit_dropped")
          .addColumn("position", types.integer, (column) => column.primaryKey())
          .addColumn("hash", types.text, (column) => column.notNull())
          .addColumn("leaf", types.text, (column) => column.notNull())
          .execute();
      },
    },
  ],
};
