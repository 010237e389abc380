import { SluiceError } from "../../core/errors.ts";

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

/** As stored text. */
export function rangeText({ fromMs, ...range }: LoadedRange): string {
  return JSON.stringify({ schema: 1, ...range, fromMs: fromMs === Number.NEGATIVE_INFINITY ? null : fromMs });
}

/** From stored text. Errors: `metadata/failed` for a text that was edited. */
export function parseRange(text: string | null): LoadedRange | undefined {
  if (text === null) return undefined;
  const { version, rows, fromMs, toMs, generation, schema } = JSON.parse(text);
  const numbers = [rows, toMs, generation, fromMs ?? 0].every((value) => typeof value === "number");
  if (schema === 1 && typeof version === "string" && numbers) {
    return { version, rows, fromMs: fromMs ?? Number.NEGATIVE_INFINITY, toMs, generation };
  }
  throw new SluiceError("metadata/failed", {
    found: `${text} where a materialization's state should be`,
    expected: "what was stored",
    fix: "The metadata was changed from outside; restore it from a backup.",
  });
}
