import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { storedJson } from "../../core/stored-json.ts";
import type { ErasureCount } from "../versions/erasure-counts.ts";
import type { DataTables } from "../data-migrations.ts";

/** A step of a dataset's cursor into a source. */
export interface CursorMove {
  readonly dataset: string;
  readonly source: string;
  /** What the cursor must be for the step to be made, canonical JSON; `undefined` = there is none yet. */
  readonly from: string | undefined;
  /** What it becomes, canonical JSON. */
  readonly to: string;
  /** What was erased from the dataset before the rows were taken. */
  readonly erasures: ErasureCount;
}

/** How far a dataset has taken a source, as canonical JSON; `undefined` where nothing was taken yet. */
export async function readCursor(
  metadata: MetadataStore,
  dataset: string,
  source: string,
): Promise<string | undefined> {
  const row = await metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_cursor")
    .select("cursor")
    .where("dataset", "=", dataset)
    .where("source", "=", source)
    .executeTakeFirst();
  return row?.cursor;
}

/** The value of a stored cursor. Errors: `metadata/corrupt`. */
export function cursorValue(dataset: string, source: string, stored: string | undefined): JsonValue | undefined {
  if (stored === undefined) return undefined;
  return storedJson(stored, { table: "data_cursor", row: `${dataset}, ${source}` });
}

/** A cursor as it is stored. */
export function cursorText(value: JsonValue): string {
  return canonicalJson(value);
}

/** Moves a cursor by compare-and-set, in the transaction that publishes what was taken. Errors: `data/cursor-moved`. */
export async function moveCursor(tx: MetadataTransaction, move: CursorMove): Promise<void> {
  const { dataset, source } = move;
  const sql = tx.sql.withTables<DataTables>();
  const stored = await sql
    .selectFrom("data_cursor")
    .select("cursor")
    .where("dataset", "=", dataset)
    .where("source", "=", source)
    .executeTakeFirst();
  if (stored?.cursor !== move.from) throw cursorMoved(move);
  await sql
    .insertInto("data_cursor")
    .values({ dataset, source, cursor: move.to })
    .onConflict((conflict) => conflict.columns(["dataset", "source"]).doUpdateSet({ cursor: move.to }))
    .execute();
}

function cursorMoved({ dataset, source }: CursorMove): SluiceError {
  return new SluiceError("data/cursor-moved", {
    found: `another collection of ${source} into dataset "${dataset}" that was faster`,
    expected: "one collection at a time",
    fix: "Collect again; nothing was changed.",
  });
}
