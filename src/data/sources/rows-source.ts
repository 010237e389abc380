import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { RowFault } from "../../contracts/row-fault.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import type { Column } from "../../table/column.ts";
import { makeTable } from "../../table/table.ts";
import { cellAdder } from "../../table/table-from-rows.ts";

/** Rows in a batch handed on. */
const batchRows = 65_536;

/**
 * Row objects as a source: a missing key is an absent cell, `null` a null, a `Date` (or epoch ms) an instant. A value of another type makes
 * its row faulty, not the batch. The iterable is read once a batch is asked for; pass an array to read it more than once.
 *
 * @example
 * ```ts
 * import { rowsSource } from "sluice/data";
 * const source = rowsSource([{ km: 3 }, { km: "three" }]);
 * for await (const { faults } of source.batches({ km: { tag: "f64", nullable: false } })) {
 *   if (faults[0]?.row !== 1) throw new Error("the second row is faulty");
 * }
 * ```
 */
export function rowsSource(
  rows: Iterable<{ readonly [name: string]: unknown }> | AsyncIterable<{ readonly [name: string]: unknown }>,
  options: { readonly uri?: string } = {},
): DataSource {
  return {
    describe: () => ({ uri: options.uri ?? "rows", kind: "rows" }),
    nulls: "exact",
    batches: (columns, { signal } = {}) => rowBatches(rows, columns, signal),
    digest: async () => undefined,
  };
}

async function* rowBatches(
  rows: Iterable<{ readonly [name: string]: unknown }> | AsyncIterable<{ readonly [name: string]: unknown }>,
  types: ColumnTypes,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  let batch = startBatch(types);
  for await (const row of rows) {
    signal?.throwIfAborted();
    batch.add(row);
    if (batch.rowCount() === batchRows) {
      yield batch.finish();
      batch = startBatch(types);
    }
  }
  yield batch.finish();
}

function foundText(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `a value of type ${typeof value}`;
}

interface RowBatch {
  rowCount(): number;
  add(row: { readonly [name: string]: unknown }): void;
  finish(): SourceBatch;
}

function startBatch(types: ColumnTypes): RowBatch {
  const seen = new Set(Object.keys(types));
  const adders = Object.entries(types).map(([name, type]) => ({ name, tag: type.tag, adder: cellAdder(type.tag) }));
  const faults: RowFault[] = [];
  let count = 0;
  return {
    rowCount: () => count,
    add: (row) => {
      for (const name of Object.keys(row)) seen.add(name);
      const issues = [];
      for (const { name, tag, adder } of adders) {
        const value = row[name];
        if (adder.tryPush(value)) continue;
        adder.tryPush(undefined);
        const found = value instanceof Date ? "an invalid date" : foundText(value);
        issues.push({ path: name, code: "invalid_type", message: `expected a value of type ${tag}, found ${found}` });
      }
      if (issues.length > 0) faults.push({ row: count, issues });
      count++;
    },
    finish: () => {
      const columns: { [name: string]: Column } = {};
      for (const { name, adder } of adders) columns[name] = adder.builder.finish();
      return { table: makeTable(columns), faults, sourceColumns: [...seen] };
    },
  };
}
