import { SluiceError } from "../core/errors.ts";
import { codeOf } from "./code-of.ts";
import { type Column, isPresent, type JsonColumn, type Utf8Column } from "./column.ts";
import { anyColumnOf, type Table } from "./table.ts";

/** The codes of some rows; −1 where a key column holds no value, or where the indexed table has no such key. */
type Probe = (table: Table) => Int32Array;

/** A coding of the rows of a table, and how the rows of another are coded alike. */
interface Coding {
  readonly count: number;
  readonly codes: Int32Array;
  readonly probe: Probe;
}

/** Finds the rows of other tables among the keys of one. Keys are compared cell by cell, never as joined text; a null key matches nothing. */
export class KeyLookup {
  readonly #coding: Coding;

  /** Errors: `data/missing-column`. */
  constructor(table: Table, keys: readonly string[]) {
    let coding: Coding | undefined;
    for (const key of keys) {
      const own = columnCoding(key, anyColumnOf(table, key));
      coding = coding === undefined ? own : pairCoding(coding, own);
    }
    this.#coding = coding ?? {
      count: 1,
      codes: new Int32Array(table.rowCount),
      probe: ({ rowCount }) => new Int32Array(rowCount),
    };
  }

  /** Codes are in [0, count). */
  get count(): number {
    return this.#coding.count;
  }

  /** One code a row of the indexed table; −1 where a key column holds no value. */
  get codes(): Int32Array {
    return this.#coding.codes;
  }

  /** One code a row of another table. Errors: `data/missing-column`; `table/type-mismatch` where a key has another type there. */
  probe(table: Table): Int32Array {
    return this.#coding.probe(table);
  }
}

function columnCoding(key: string, source: Column): Coding {
  const typed = (table: Table): Column => {
    const column = anyColumnOf(table, key);
    if (column.tag === source.tag) return column;
    throw new SluiceError("table/type-mismatch", {
      found: `the key "${key}" of type ${column.tag}`,
      expected: `type ${source.tag}`,
      fix: "Give both tables' key the same type.",
    });
  };
  // Of JSON too: the entries of its dictionary are canonical, so equal values are equal texts.
  if (isCoded(source)) {
    const index = new Map(source.dictionary.map((text, code) => [text, code]));
    return {
      count: source.dictionary.length,
      codes: mapPresent(source, (row) => source.values[row] ?? -1),
      probe: (table) => {
        const column = typed(table);
        const translated = Int32Array.from(isCoded(column) ? column.dictionary : [], (text) => index.get(text) ?? -1);
        return mapPresent(column, (row) => translated[Number(column.values[row] ?? -1)] ?? -1);
      },
    };
  }
  const index = new Map<number | bigint, number>();
  const cellOf = (column: Column, row: number): number | bigint => column.values[row] ?? 0;
  const codes = mapPresent(source, (row) => codeOf(index, cellOf(source, row)));
  const probe: Probe = (table) => {
    const column = typed(table);
    return mapPresent(column, (row) => index.get(cellOf(column, row)) ?? -1);
  };
  return { count: index.size, codes, probe };
}

function isCoded(column: Column): column is Utf8Column | JsonColumn {
  return column.tag === "utf8" || column.tag === "json";
}

function mapPresent(column: Column, codeOf: (row: number) => number): Int32Array {
  const codes = new Int32Array(column.values.length);
  for (let row = 0; row < codes.length; row++) codes[row] = isPresent(column, row) ? codeOf(row) : -1;
  return codes;
}

/** Two codings as one; only pairs that the indexed table has get a code. */
function pairCoding(a: Coding, b: Coding): Coding {
  const dense = a.count * b.count <= Math.max(1 << 22, 4 * a.codes.length);
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
  const codes = pairs(a.codes, b.codes, true);
  return { count, codes, probe: (other) => pairs(a.probe(other), b.probe(other), false) };
}
