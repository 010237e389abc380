import type { Transaction } from "kysely";
import type { WaitingErasure, WaitingRows } from "../../contracts/waiting-rows.ts";
import { decodePart } from "../../table/decode-part.ts";
import { encodePart } from "../../table/encode-part.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { Table } from "../../table/table.ts";
import { type ErasedServing, recordErased } from "../log/erase-served.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";

/** The rows in the push log, for erasures. */
export function pushedRows(wiring: ErasedServing): WaitingRows {
  const { metadata, ledger } = wiring;
  return {
    erase: async (dataset, erasure) =>
      await metadata.write(async (tx) => {
        await tx.lock("features-push");
        const gone: Table[] = [];
        const match = (table: Table): ReadonlySet<number> => {
          const found = erasure.match(table);
          if (found.size > 0) gone.push(takeRows(table, Uint32Array.from(found)));
          return found;
        };
        const { all, waiting } = await erase(tx.sql.withTables<FeaturesTables>(), dataset, { ...erasure, match });
        if (all > 0) {
          const { reason, actor } = erasure;
          const body = { dataset, reason, rows: waiting, versions: {} };
          await recordErased(tx, wiring, dataset, { rows: gone, where: {}, reason, actor });
          await ledger.audit.append(tx, { kind: "dataset.erased", subject: dataset, actor, body });
        }
        return waiting;
      }),
  };
}

/** Rewrites the records that have such rows; also those that are in a version and only wait for a view. */
async function erase(
  sql: Transaction<FeaturesTables>,
  dataset: string,
  { match }: WaitingErasure,
): Promise<{ readonly all: number; readonly waiting: number }> {
  const log = await sql.selectFrom("feature_push_log").selectAll().where("dataset", "=", dataset).executeTakeFirst();
  if (log === undefined) return { all: 0, waiting: 0 };
  const records = sql.selectFrom("feature_push").select("position").where("dataset", "=", dataset);
  let all = 0;
  let waiting = 0;
  for (const { position } of await records.orderBy("position").execute()) {
    const erased = await eraseIn(sql, dataset, position, match);
    all += erased;
    if (position > log.folded) waiting += erased;
  }
  await sql
    .updateTable("feature_push_log")
    .set({ rows_waiting: log.rows_waiting - waiting })
    .where("dataset", "=", dataset)
    .execute();
  return { all, waiting };
}

async function eraseIn(
  sql: Transaction<FeaturesTables>,
  dataset: string,
  position: number,
  match: WaitingErasure["match"],
): Promise<number> {
  const record = await sql
    .selectFrom("feature_push")
    .select("rows")
    .where("dataset", "=", dataset)
    .where("position", "=", position)
    .executeTakeFirst();
  if (record === undefined) return 0;
  const table = decodePart(new Uint8Array(record.rows));
  const found = match(table);
  if (found.size === 0) return 0;
  const kept = Array.from({ length: table.rowCount }, (_, row) => row).filter((row) => !found.has(row));
  if (kept.length > 0) {
    await sql
      .updateTable("feature_push")
      .set({ rows: encodePart(takeRows(table, Uint32Array.from(kept))), row_count: kept.length })
      .where("dataset", "=", dataset)
      .where("position", "=", position)
      .execute();
    return found.size;
  }
  for (const place of ["feature_push", "feature_push_view"] as const)
    await sql.deleteFrom(place).where("dataset", "=", dataset).where("position", "=", position).execute();
  return found.size;
}
