import { type RawBuilder, sql } from "kysely";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";

/** Runs SQL past every stage, as somebody with write access to the store would. */
export async function editStore(metadata: MetadataStore, ...statements: readonly RawBuilder<unknown>[]): Promise<void> {
  await metadata.write(async (tx) => {
    for (const statement of statements) await statement.execute(tx.sql);
  });
}

/** The rows of a query, past every stage. */
export async function rowsOf(
  metadata: MetadataStore,
  query: RawBuilder<Record<string, string | number | null>>,
): Promise<readonly Record<string, string | number | null>[]> {
  return (await query.execute(metadata.sql)).rows;
}

export { sql };
