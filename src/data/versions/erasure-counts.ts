import type { Kysely } from "kysely";
import type { Migration, MetadataTransaction } from "../../contracts/metadata-store.ts";
import { SluiceError } from "../../core/errors.ts";

/** The table of erasures, as types for `withTables`. */
export type ErasureTables = { data_erasures: { dataset: string; erasures: number } };

/** How often rows were erased from each dataset, so that rows which were taken before are not published after. */
export const erasuresMigration: Migration = {
  name: "006-erasures",
  up: async (sql, types) => {
    await sql.schema
      .createTable("data_erasures")
      .addColumn("dataset", types.text, (column) => column.primaryKey().notNull())
      .addColumn("erasures", types.double, (column) => column.notNull())
      .execute();
  },
};

/** A dataset, and how many erasures from it there had been when its rows were taken. */
export interface ErasureCount {
  readonly dataset: string;
  readonly erasures: number;
}

/** How many erasures from a dataset have begun. */
export async function erasureCount(sql: Kysely<ErasureTables>, dataset: string): Promise<ErasureCount> {
  const row = await sql
    .selectFrom("data_erasures")
    .select("erasures")
    .where("dataset", "=", dataset)
    .executeTakeFirst();
  return { dataset, erasures: row?.erasures ?? 0 };
}

/** Counts an erasure. The caller holds the sweep lock, as whoever publishes does: what was taken before is published before, or not at all. */
export async function countErasure(tx: MetadataTransaction, dataset: string): Promise<void> {
  const sql = tx.sql.withTables<ErasureTables>();
  const { erasures } = await erasureCount(sql, dataset);
  const row = { dataset, erasures: erasures + 1 };
  await sql
    .insertInto("data_erasures")
    .values(row)
    .onConflict((conflict) => conflict.column("dataset").doUpdateSet(row))
    .execute();
}

/** Errors: `data/cursor-moved` where an erasure has begun since. */
export async function requireNoErasure(tx: MetadataTransaction, taken: ErasureCount): Promise<void> {
  const { erasures } = await erasureCount(tx.sql.withTables<ErasureTables>(), taken.dataset);
  if (erasures === taken.erasures) return;
  throw new SluiceError("data/cursor-moved", {
    found: `an erasure of rows from dataset "${taken.dataset}" that began while new ones were taken for it`,
    expected: "rows that were taken after it",
    fix: "Collect again; nothing was changed.",
  });
}
