import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import type { RegistrySql } from "../tables.ts";

/** What the registry counts for a model. */
export interface ModelCounters {
  /** Grows at each transition. */
  readonly revision: number;
  /** How many versions were registered. */
  readonly versions: number;
  /** The latest instant the registry has acted at, epoch ms: time never goes back behind it. */
  readonly lastMs: number;
}

/** Reads a model's counters; all 0 for an unknown model. */
export async function readCounters(sql: RegistrySql, model: string): Promise<ModelCounters> {
  const [row] = await selectCounters(sql, model);
  return { revision: row?.revision ?? 0, versions: row?.versions ?? 0, lastMs: row?.last_ms ?? 0 };
}

/** Writes a model's counters. */
export async function writeCounters(tx: MetadataTransaction, model: string, counters: ModelCounters): Promise<void> {
  await upsertCounters(tx, model, counters.revision, counters.versions, counters.lastMs);
}

const selectCounters = compiledStatement((sql: RegistrySql, model: string) =>
  sql.selectFrom("registry_model").selectAll().where("model", "=", model),
);

const upsertCounters = compiledWrite(
  (sql: RegistrySql, model: string, revision: number, versions: number, last_ms: number) =>
    sql
      .insertInto("registry_model")
      .values({ model, revision, versions, last_ms })
      .onConflict((conflict) => conflict.column("model").doUpdateSet({ revision, versions, last_ms })),
);
