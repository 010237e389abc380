import type { Transaction } from "kysely";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { ServedErasure, ServedRecords } from "../../contracts/served-records.ts";
import type { CellValue } from "../../core/cell-type.ts";
import type { Clock } from "../../core/clock.ts";
import { inputFromJson } from "../../ledger/segments/feature-input-json.ts";
import { cellAt } from "../../table/cell-at.ts";
import type { Table } from "../../table/table.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import { entityHash } from "./entity-hash.ts";
import { type EntityPlace, placesIn } from "./entity-places.ts";
import { ErasedEntities } from "./erased-entities.ts";
import { decodeServed, encodeServed, takeServed } from "./served-segment.ts";

/** What an erasure of served values is made with. */
export interface ErasedServing {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** The served values on record, for erasures. */
export function servedRecords(wiring: ErasedServing): ServedRecords {
  const { metadata, clock } = wiring;
  return {
    begin: async (dataset, erasure) => {
      const entities = await metadata.write(async (tx) => await recordErased(tx, wiring, dataset, erasure));
      return {
        finish: async () => {
          if (entities.length === 0) return 0;
          await metadata.write(async (tx) => await mark(tx, dataset, entities, clock.nowMs()));
          return await sweep(metadata);
        },
      };
    },
  };
}

/**
 * Puts on record, and into the audit log, that the entities of rows are erased: nobody reads what was served of them by now. Answers with their
 * digests; what is stored of them is removed by the end of an erasure.
 */
export async function recordErased(
  tx: MetadataTransaction,
  { ledger, clock }: ErasedServing,
  dataset: string,
  erasure: ServedErasure,
): Promise<readonly string[]> {
  const places = await placesIn(tx.sql.withTables<FeaturesTables>(), dataset);
  const entities = [...new Set(places.flatMap((place) => erasedIn(place, erasure)))];
  if (entities.length === 0) return entities;
  await mark(tx, dataset, entities, clock.nowMs());
  const { reason, actor } = erasure;
  const body = { dataset, reason, entities: entities.length };
  await ledger.audit.append(tx, { kind: "features.erased", subject: dataset, actor, body });
  return entities;
}

/** The entities of rows, and the one that was asked for by its key, whether or not there were rows of it. */
function erasedIn(place: EntityPlace, { rows, where }: ServedErasure): readonly string[] {
  const found = rows.flatMap((table) => entitiesIn(place, table));
  const named = Object.keys(where);
  if (named.length !== place.columns.length || !place.columns.every((column) => named.includes(column))) return found;
  let keys: readonly (readonly (CellValue | Date)[])[] = [[]];
  for (const column of place.columns)
    keys = keys.flatMap((key) => listOf(where[column]).map((value) => [...key, value]));
  return [...found, ...keys.flatMap((key) => entityHash(place, (i) => key[i]) ?? [])];
}

function listOf(wanted: ServedErasure["where"][string] | undefined): readonly (CellValue | Date)[] {
  if (wanted === undefined) return [];
  return Array.isArray(wanted) ? wanted : [wanted as CellValue | Date];
}

function entitiesIn(place: EntityPlace, table: Table): readonly string[] {
  const columns = place.columns.map((name) => table.columns[name]);
  return Array.from({ length: table.rowCount }, (_, row) =>
    entityHash(place, (i) => {
      const column = columns[i];
      return column === undefined ? undefined : cellAt(column, row);
    }),
  ).filter((entity) => entity !== undefined);
}

async function mark(
  tx: MetadataTransaction,
  dataset: string,
  entities: readonly string[],
  nowMs: number,
): Promise<void> {
  await tx.lock("feature-log");
  const sql = tx.sql.withTables<FeaturesTables>();
  for (const entity of entities) {
    const row = { dataset, entity, erased_at_ms: nowMs, swept: 0 };
    await sql
      .insertInto("feature_erased")
      .values(row)
      .onConflict((conflict) => conflict.columns(["dataset", "entity"]).doUpdateSet(row))
      .execute();
  }
}

/** Removes what is stored of erased entities, batch after batch; goes on where an erasure was cut off. Answers with how many rows. */
async function sweep(metadata: MetadataStore): Promise<number> {
  const sql = metadata.sql.withTables<FeaturesTables>();
  const waiting = await sql.selectFrom("feature_erased").selectAll().where("swept", "=", 0).execute();
  if (waiting.length === 0) return 0;
  const until = waiting.reduce((most, { erased_at_ms }) => Math.max(most, erased_at_ms), Number.NEGATIVE_INFINITY);
  const segments = await sql
    .selectFrom("feature_log_segment")
    .select(["service", "sequence"])
    .where("from_ms", "<=", until)
    .execute();
  const services = new Map<string, ErasedEntities>();
  let rows = 0;
  for (const { service, sequence } of segments) {
    const erased = services.get(service) ?? (await ErasedEntities.of(sql, service));
    services.set(service, erased);
    if (erased.isEmpty) continue;
    rows += await metadata.write(async (tx) => {
      await tx.lock("feature-log");
      return await sweepIn(tx.sql.withTables<FeaturesTables>(), service, sequence, erased);
    });
  }
  await metadata.write(async (tx) => {
    for (const { dataset, entity, erased_at_ms } of waiting)
      await tx.sql
        .withTables<FeaturesTables>()
        .updateTable("feature_erased")
        .set({ swept: 1 })
        .where("dataset", "=", dataset)
        .where("entity", "=", entity)
        .where("erased_at_ms", "=", erased_at_ms)
        .execute();
  });
  return rows;
}

async function sweepIn(
  sql: Transaction<FeaturesTables>,
  service: string,
  sequence: number,
  erased: ErasedEntities,
): Promise<number> {
  const row = await sql
    .selectFrom("feature_log_segment")
    .select("segment")
    .where("service", "=", service)
    .where("sequence", "=", sequence)
    .executeTakeFirst();
  if (row === undefined) return 0; // forgotten meanwhile
  const served = decodeServed(row.segment);
  const kept = withoutErased(served, erased);
  if (kept.rows === served.rows) return 0;
  // An empty batch stays, so that it is not stored once more by who does not know that it was.
  await sql
    .updateTable("feature_log_segment")
    .set({ segment: encodeServed(kept), rows: kept.rows })
    .where("service", "=", service)
    .where("sequence", "=", sequence)
    .execute();
  return served.rows - kept.rows;
}

/** Served vectors without those of erased entities. */
export function withoutErased(
  served: ReturnType<typeof decodeServed>,
  erased: ErasedEntities,
): ReturnType<typeof decodeServed> {
  if (erased.isEmpty) return served;
  return takeServed(served, (row) => {
    return !erased.has(inputFromJson(served.inputs[row] ?? "{}"), served.servedAtMs[row] ?? Number.NaN);
  });
}
