import type { Migration } from "../../contracts/metadata-store.ts";

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
