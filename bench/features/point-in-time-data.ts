import { seededRandom } from "../../src/core/random.ts";
import type { Column } from "../../src/table/column.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";

/** A day, milliseconds. */
export const dayMs = 86_400_000;

/** How old a value may be in these measurements. */
export const ttlMs: number = 7 * dayMs;

/** Rows whose keys and instants, over 30 days, are drawn evenly: a source with a value a row, or a spine. */
export function drawnRows(seed: string, rows: number, keys: number, keyOf: (keys: Int32Array) => Column): Table {
  const random = seededRandom(seed);
  const drawn = new Int32Array(rows);
  const time = new Float64Array(rows);
  const v = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    drawn[row] = random.int(keys);
    time[row] = Date.UTC(2026, 0, 1) + Math.floor(random.next() * 30 * dayMs);
    v[row] = random.next();
  }
  return makeTable({ id: keyOf(drawn), time: { tag: "instant", values: time }, v: { tag: "f64", values: v } });
}

/** A source whose values are known up to two hours later. */
export function knownLater(source: Table): Table {
  const created = columnOf(source, "time", "instant").values.map((ms, row) => ms + (row % 3) * (dayMs / 24));
  return makeTable({ ...source.columns, created: { tag: "instant", values: created } });
}

/** Keys as 32-bit integers with gaps, as ids have them. */
export function sparseIntegers(keys: Int32Array): Column {
  return { tag: "i32", values: keys.map((key) => key * 7919 + 13) };
}

/** Keys as 64-bit integers. */
export function longIntegers(keys: Int32Array): Column {
  return { tag: "i64", values: BigInt64Array.from(keys, (key) => 2n ** 60n + BigInt(key) * 7919n) };
}

/** Keys as dictionary-coded text. */
export function dictionaryTexts(keys: Int32Array): Column {
  const dictionary = Array.from(
    { length: keys.reduce((most, key) => Math.max(most, key), 0) + 1 },
    (_, i) => `user-${i}`,
  );
  return { tag: "utf8", values: keys, dictionary };
}
