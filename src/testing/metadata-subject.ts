import type { Kysely, Transaction } from "kysely";
import type { MetadataStore, MetadataTransaction, NoTables, StageMigrations } from "../contracts/metadata-store.ts";

/** A metadata store without tables, and the way to others on the same data. */
export interface MetadataSubject {
  readonly store: MetadataStore;
  /** Another store on the same data; the case closes it. */
  another(): MetadataStore;
}

/** The table the cases use. */
export type SampleTables = {
  samples: { id: string; small: number | null; amount: number | null; body: Uint8Array | null };
};

/** The schema of the cases' table. */
export const sampleStage: StageMigrations = {
  stage: "samples",
  migrations: [
    {
      name: "001-samples",
      up: async (sql, types) => {
        await sql.schema
          .createTable("samples")
          .addColumn("id", types.text, (column) => column.primaryKey())
          .addColumn("small", types.integer)
          .addColumn("amount", types.double)
          .addColumn("body", types.bytes)
          .execute();
      },
    },
  ],
};

/** The handle for reading, narrowed to the cases' table. */
export function reading(store: MetadataStore): Kysely<SampleTables> {
  return store.sql.withTables<SampleTables>();
}

/** The transaction, narrowed to the cases' table. */
export function writing(tx: MetadataTransaction): Transaction<SampleTables> {
  return tx.sql.withTables<SampleTables>();
}

/** Inserts a row with the given id. */
export async function insert(
  tx: MetadataTransaction,
  id: string,
  values: Partial<SampleTables["samples"]> = {},
): Promise<void> {
  await writing(tx)
    .insertInto("samples")
    .values({ small: null, amount: null, body: null, ...values, id })
    .execute();
}

/** The ids stored, in the store's order. */
export async function ids(sql: Kysely<NoTables>): Promise<readonly string[]> {
  const rows = await sql.withTables<SampleTables>().selectFrom("samples").select("id").orderBy("id").execute();
  return rows.map((row) => row.id);
}
