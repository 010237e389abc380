import type { Migration } from "../../contracts/metadata-store.ts";

/** The tables of the push log, as types for `withTables`. */
export type PushTables = {
  feature_push_log: { dataset: string; next_position: number; folded: number; rows_waiting: number };
  feature_push: {
    dataset: string;
    position: number;
    nulls: string;
    row_count: number;
    rows: Uint8Array;
    pushed_at_ms: number;
  };
  feature_push_view: { dataset: string; position: number; view: string };
};

/** The log of pushed rows: how far it goes and is folded, its records, and the views that each is still to be brought to. */
export const pushesMigration: Migration = {
  name: "005-pushes",
  up: async (sql, types) => {
    await sql.schema
      .createTable("feature_push_log")
      .addColumn("dataset", types.text, (column) => column.primaryKey().notNull())
      .addColumn("next_position", types.double, (column) => column.notNull())
      .addColumn("folded", types.double, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("feature_push")
      .addColumn("dataset", types.text, (column) => column.notNull())
      .addColumn("position", types.double, (column) => column.notNull())
      .addColumn("nulls", types.text, (column) => column.notNull())
      .addColumn("row_count", types.integer, (column) => column.notNull())
      .addColumn("rows", types.bytes, (column) => column.notNull())
      .addColumn("pushed_at_ms", types.double, (column) => column.notNull())
      .addPrimaryKeyConstraint("feature_push_key", ["dataset", "position"])
      .execute();
    await sql.schema
      .createTable("feature_push_view")
      .addColumn("dataset", types.text, (column) => column.notNull())
      .addColumn("position", types.double, (column) => column.notNull())
      .addColumn("view", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("feature_push_view_key", ["dataset", "position", "view"])
      .execute();
  },
};

/** How many rows of each dataset wait: known without looking at every record. */
export const waitingRowsMigration: Migration = {
  name: "008-rows-waiting",
  up: async (sql, types) => {
    await sql.schema
      .alterTable("feature_push_log")
      .addColumn("rows_waiting", types.double, (column) => column.notNull().defaultTo(0))
      .execute();
    const own = sql.withTables<PushTables>();
    for (const { dataset, folded } of await own.selectFrom("feature_push_log").selectAll().execute()) {
      const records = await own
        .selectFrom("feature_push")
        .select("row_count")
        .where("dataset", "=", dataset)
        .where("position", ">", folded)
        .execute();
      const rows_waiting = records.reduce((sum, { row_count }) => sum + row_count, 0);
      await own.updateTable("feature_push_log").set({ rows_waiting }).where("dataset", "=", dataset).execute();
    }
  },
};
