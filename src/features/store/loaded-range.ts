import { corruptRow, storedRecord } from "../../core/stored-json.ts";

/** Rows of a dataset version that are in an online store: of the first `rows` in the order of history those with event times in the range. */
export interface LoadedRange {
  /** The version's digest, hex digits alone: a record of the past must not keep a version from being collected. */
  readonly version: string;
  /** The first rows of the version's history that it speaks of. */
  readonly rows: number;
  /** The earliest event time loaded, epoch ms; −∞ = all of the past. */
  readonly fromMs: number;
  /** The latest event time loaded, epoch ms. */
  readonly toMs: number;
  /** Grows by one at every materialization that ends; the online store carries the same number. */
  readonly generation: number;
}

/** What is known when a materialization begins. */
export interface MaterializationState {
  readonly generation: number;
  /** What the last materialization that ended has loaded: the watermark. */
  readonly loaded: LoadedRange | undefined;
  /** How far one that was interrupted had come. */
  readonly part: LoadedRange | undefined;
}

type StoredRange = Omit<LoadedRange, "fromMs"> & { readonly schema: number; readonly fromMs: number | null };

/** As stored text. */
export function rangeText({ fromMs, ...range }: LoadedRange): string {
  return JSON.stringify({ schema: 1, ...range, fromMs: fromMs === Number.NEGATIVE_INFINITY ? null : fromMs });
}

/** From stored text. Errors: `metadata/corrupt` for a text that was edited. */
export function parseRange(text: string | null, view: string): LoadedRange | undefined {
  if (text === null) return undefined;
  const place = { table: "feature_materialization", row: view };
  const { version, rows, fromMs, toMs, generation, schema } = storedRecord<StoredRange>(text, place);
  const numbers = [rows, toMs, generation, fromMs ?? 0].every((value) => typeof value === "number");
  if (schema === 1 && typeof version === "string" && numbers) {
    return { version, rows, fromMs: fromMs ?? Number.NEGATIVE_INFINITY, toMs, generation };
  }
  throw corruptRow(place, `${text} where a materialization's state should be`);
}
