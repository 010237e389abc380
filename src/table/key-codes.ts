import { SluiceError } from "../core/errors.ts";
import { codeOf } from "./code-of.ts";
import { type Column, isPresent } from "./column.ts";
import { anyColumnOf, type Table } from "./table.ts";

/** The keys of two tables as dense integers: equal keys have equal codes, in both. */
export interface KeyCodes {
  /** Codes are in [0, count). */
  readonly count: number;
  /** One code a row of the source; −1 where a key column holds no value. */
  readonly source: Int32Array;
  /** One code a row of the probe; −1 where a key column holds no value, or where the source has no such key. */
  readonly probe: Int32Array;
}

/**
 * Codes the keys of `source`, and those of `probe` alike. Keys are compared cell by cell, never as joined text; a null key
 * matches nothing. Throws `data/missing-column`, or `table/type-mismatch` where a key has another type in the two tables.
 */
export function keyCodes(source: Table, probe: Table, keys: readonly string[]): KeyCodes {
  let codes: KeyCodes | undefined;
  for (const key of keys) {
    const own = columnCodes(key, anyColumnOf(source, key), anyColumnOf(probe, key));
    codes = codes === undefined ? own : pairCodes(codes, own);
  }
  return codes ?? { count: 1, source: new Int32Array(source.rowCount), probe: new Int32Array(probe.rowCount) };
}

function columnCodes(key: string, source: Column, probe: Column): KeyCodes {
  if (source.tag !== probe.tag) {
    throw new SluiceError("table/type-mismatch", {
      found: `the key "${key}" of type ${probe.tag}`,
      expected: `type ${source.tag}`,
      fix: "Give both tables' key the same type.",
    });
  }
  if (source.tag === "utf8" && probe.tag === "utf8") {
    const index = new Map(source.dictionary.map((text, code) => [text, code]));
    const translated = Int32Array.from(probe.dictionary, (text) => index.get(text) ?? -1);
    return {
      count: source.dictionary.length,
      source: mapPresent(source, (row) => source.values[row] ?? -1),
      probe: mapPresent(probe, (row) => translated[probe.values[row] ?? -1] ?? -1),
    };
  }
  const index = new Map<number | bigint, number>();
  const cellOf = (column: Column, row: number): number | bigint => column.values[row] ?? 0;
  const own = mapPresent(source, (row) => codeOf(index, cellOf(source, row)));
  return { count: index.size, source: own, probe: mapPresent(probe, (row) => index.get(cellOf(probe, row)) ?? -1) };
}

function mapPresent(column: Column, codeOf: (row: number) => number): Int32Array {
  const codes = new Int32Array(column.values.length);
  for (let row = 0; row < codes.length; row++) codes[row] = isPresent(column, row) ? codeOf(row) : -1;
  return codes;
}

/** Two codings as one; only pairs that the source has get a code. */
function pairCodes(a: KeyCodes, b: KeyCodes): KeyCodes {
  const dense = a.count * b.count <= Math.max(1 << 22, 4 * a.source.length);
  const table = dense ? new Int32Array(a.count * b.count) : undefined;
  const map = new Map<number, number>();
  let count = 0;
  const find = (pair: number): number => (table === undefined ? (map.get(pair) ?? 0) : (table[pair] ?? 0));
  const pairs = (left: Int32Array, right: Int32Array, add: boolean): Int32Array => {
    const codes = new Int32Array(left.length).fill(-1);
    for (let row = 0; row < codes.length; row++) {
      const x = left[row] ?? -1;
      const y = right[row] ?? -1;
      if (x < 0 || y < 0) continue;
      const pair = x * b.count + y;
      let code = find(pair);
      if (code === 0 && add) {
        code = ++count;
        if (table === undefined) map.set(pair, code);
        else table[pair] = code;
      }
      codes[row] = code - 1;
    }
    return codes;
  };
  const source = pairs(a.source, b.source, true);
  const probe = pairs(a.probe, b.probe, false);
  return { count, source, probe };
}
