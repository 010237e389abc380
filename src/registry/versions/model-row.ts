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
  const row = await sql.selectFrom("registry_model").selectAll().where("model", "=", model).executeTakeFirst();
  return { revision: row?.revision ?? 0, versions: row?.versions ?? 0, lastMs: row?.last_ms ?? 0 };
}

/** Writes a model's counters. */
export async function writeCounters(sql: RegistrySql, model: string, counters: ModelCounters): Promise<void> {
  const row = { revision: counters.revision, versions: counters.versions, last_ms: counters.lastMs };
  await sql
    .insertInto("registry_model")
    .values({ model, ...row })
    .onConflict((conflict) => conflict.column("model").doUpdateSet(row))
    .execute();
}
