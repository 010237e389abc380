import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { CellTag } from "../../core/cell-type.ts";
import { cellState, type Column } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { listsOfText } from "../sql/list-text.ts";
import type { QueryColumn } from "./readable-query.ts";
import { type ShortTextInterner, shortTextInterner } from "./short-text-interner.ts";
import { unknownLayout, type VectorCells, vectorCells } from "./vector-cells.ts";

/** Collects chunks of a query's result into columns of fixed capacity. */
export interface ChunkColumns {
  readonly rowCount: number;
  /** Whether a chunk of that many rows still fits. */
  fits(rows: number): boolean;
  /** Copies a chunk in. */
  append(chunk: DuckDBDataChunk): void;
  /** The rows so far as a table over the collected arrays; the collector must not be used afterwards. */
  table(): Table;
}

/** Makes a {@link ChunkColumns} for at most `capacity` rows. */
export function chunkColumns(columns: readonly QueryColumn[], capacity: number): ChunkColumns {
  const collectors = columns.map((column) => ({ name: column.name, collector: collectorOf(column, capacity) }));
  let rowCount = 0;
  return {
    get rowCount() {
      return rowCount;
    },
    fits: (rows) => rowCount + rows <= capacity,
    append: (chunk) => {
      collectors.forEach(({ collector }, i) => {
        const vector = chunk.getColumnVector(i);
        collector.append(vectorCells(vector), rowCount, chunk.rowCount, (row) => String(vector.getItem(row)));
      });
      rowCount += chunk.rowCount;
    },
    table: () =>
      makeTable(Object.fromEntries(collectors.map(({ name, collector }) => [name, collector.column(rowCount)]))),
  };
}

interface Collector {
  append(cells: VectorCells, at: number, rows: number, text: (row: number) => string): void;
  column(rows: number): Column;
}

function collectorOf({ name, tag }: QueryColumn, capacity: number): Collector {
  const states = stateCollector(capacity);
  const target = targetOf(name, tag, capacity);
  return {
    append: (cells, at, rows, text) => {
      states.append(cells.validity, at, rows);
      target.copy(cells, at, rows, text);
    },
    column: (rows) => target.column(rows, states.finish(rows)),
  };
}

type States = { readonly states?: Uint8Array };

interface Target {
  copy(cells: VectorCells, at: number, rows: number, text: (row: number) => string): void;
  column(rows: number, states: States): Column;
}

function targetOf(name: string, tag: CellTag, capacity: number): Target {
  switch (tag) {
    case "f64": {
      const values = new Float64Array(capacity);
      return {
        copy: ({ items }, at) => {
          if (!(items instanceof Float64Array)) throw unknownLayout();
          values.set(items, at);
        },
        column: (rows, states) => ({ tag, values: values.subarray(0, rows), ...states }),
      };
    }
    case "i32": {
      const values = new Int32Array(capacity);
      return {
        copy: ({ items }, at) => {
          if (!(items instanceof Int32Array)) throw unknownLayout();
          values.set(items, at);
        },
        column: (rows, states) => ({ tag, values: values.subarray(0, rows), ...states }),
      };
    }
    case "i64": {
      const values = new BigInt64Array(capacity);
      return {
        copy: ({ items }, at) => {
          if (!(items instanceof BigInt64Array)) throw unknownLayout();
          values.set(items, at);
        },
        column: (rows, states) => ({ tag, values: values.subarray(0, rows), ...states }),
      };
    }
    case "instant":
      return instantTarget(capacity);
    case "bool":
      return boolTarget(capacity);
    case "utf8":
    case "json":
      return textTarget(tag, capacity, shortTextInterner());
    case "f64[]":
    case "utf8[]":
      return listTarget(name, tag, capacity);
  }
}

/** Microseconds as 64-bit integers become milliseconds as doubles, by their two halves: no BigInt a cell, until the year 2255. */
function instantTarget(capacity: number): Target {
  const values = new Float64Array(capacity);
  return {
    copy: ({ items }, at, rows) => {
      if (!(items instanceof BigInt64Array)) throw unknownLayout();
      const words = new Int32Array(items.buffer, items.byteOffset, rows * 2);
      for (let row = 0; row < rows; row++) {
        const micros = (words[row * 2 + 1] ?? 0) * 4294967296 + ((words[row * 2] ?? 0) >>> 0);
        values[at + row] = Number.isSafeInteger(micros) ? micros / 1000 : farInstant(items, row);
      }
    },
    column: (rows, states) => ({ tag: "instant", values: values.subarray(0, rows), ...states }),
  };
}

/** Whole milliseconds divided as integers, so that they stay exact. */
function farInstant(items: VectorCells["items"], row: number): number {
  const micros = new DataView(items.buffer, items.byteOffset).getBigInt64(row * 8, true);
  return Number(micros / 1000n) + Number(micros % 1000n) / 1000;
}

function boolTarget(capacity: number): Target {
  const values = new Uint8Array(capacity);
  return {
    copy: ({ items }, at, rows) => {
      if (!(items instanceof DataView)) throw unknownLayout();
      values.set(new Uint8Array(items.buffer, items.byteOffset, rows), at);
    },
    column: (rows, states) => ({ tag: "bool", values: values.subarray(0, rows), ...states }),
  };
}

/** Lists come as texts. */
function listTarget(name: string, tag: "f64[]" | "utf8[]", capacity: number): Target {
  const texts = textTarget("utf8", capacity, shortTextInterner());
  return {
    copy: texts.copy,
    column: (rows, states) => {
      const column = texts.column(rows, states);
      return column.tag === "utf8" ? listsOfText(name, tag, column) : column;
    },
  };
}

function textTarget(tag: "utf8" | "json", capacity: number, interner: ShortTextInterner): Target {
  const values = new Int32Array(capacity);
  return {
    copy: ({ items, validity }, at, rows, text) => {
      if (!(items instanceof DataView)) throw unknownLayout();
      for (let row = 0; row < rows; row++) {
        const valid = validity === undefined || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
        if (valid) values[at + row] = interner.code(items, row, text);
      }
    },
    column: (rows, states) => ({
      tag,
      values: values.subarray(0, rows),
      dictionary: interner.dictionary(),
      ...states,
    }),
  };
}

function stateCollector(capacity: number): {
  append(validity: Uint8Array | undefined, at: number, rows: number): void;
  finish(rows: number): States;
} {
  let states: Uint8Array | undefined;
  return {
    append: (validity, at, rows) => {
      if (validity === undefined) return;
      states ??= new Uint8Array(capacity).fill(cellState.present);
      for (let row = 0; row < rows; row++) {
        if ((((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) states[at + row] = cellState.null;
      }
    },
    finish: (rows) => (states === undefined ? {} : { states: states.subarray(0, rows) }),
  };
}
