import { SluiceError } from "../core/errors.ts";
import type { Column } from "./column.ts";
import { columnCoding } from "./column-coding.ts";
import { anyColumnOf, type Table } from "./table.ts";
import { WordTable } from "./word-table.ts";

/** A coding of the rows of a table, and how the rows of another are coded alike. */
interface Coding {
  readonly count: number;
  readonly codes: Int32Array;
  /** The codes of another table's rows; −1 where a key column holds no value, or where the indexed table has no such key. */
  probe(table: Table): Int32Array;
}

/** Finds the rows of other tables among the keys of one. Keys are compared cell by cell, never as joined text; a null key matches nothing. */
export class KeyLookup {
  readonly #coding: Coding;

  /** Errors: `data/missing-column`. */
  constructor(table: Table, keys: readonly string[]) {
    let coding: Coding | undefined;
    for (const key of keys) {
      const own = keyCoding(key, anyColumnOf(table, key));
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

function keyCoding(key: string, source: Column): Coding {
  const { count, codes, probe } = columnCoding(source);
  return {
    count,
    codes,
    probe: (table) => {
      const column = anyColumnOf(table, key);
      if (column.tag === source.tag) return probe(column);
      throw new SluiceError("table/type-mismatch", {
        found: `the key "${key}" of type ${column.tag}`,
        expected: `type ${source.tag}`,
        fix: "Give both tables' key the same type.",
      });
    },
  };
}

/** Two codings as one; only pairs that the indexed table has get a code. */
function pairCoding(a: Coding, b: Coding): Coding {
  const table = new WordTable();
  const pairs = (left: Int32Array, right: Int32Array, codeOf: (x: number, y: number) => number): Int32Array => {
    const codes = new Int32Array(left.length);
    for (let row = 0; row < codes.length; row++) {
      const x = left[row] ?? -1;
      const y = right[row] ?? -1;
      codes[row] = x < 0 || y < 0 ? -1 : codeOf(x, y);
    }
    return codes;
  };
  const codes = pairs(a.codes, b.codes, (x, y) => table.codeOf(x, y));
  const { count } = table;
  return { count, codes, probe: (other) => pairs(a.probe(other), b.probe(other), (x, y) => table.find(x, y)) };
}
