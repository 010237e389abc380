import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { Table } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

export interface Reading {
  readonly id: number;
  readonly at: number;
  readonly place: string;
  readonly value: number | null;
}

const schema = z.object({ id: z.number(), at: z.date(), place: z.string(), value: z.number().nullable() });

/** Rows that have a key. */
export const keyed = dataset("keyed", { schema, eventTime: "at", id: "id" });

/** Rows without one. */
export const plain = dataset("plain", { schema, eventTime: "at" });

export function readings(from: number, count: number, change: Partial<Reading> = {}): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    id: from + i,
    at: 1000 * (from + i),
    place: `P${(from + i) % 3}`,
    value: (from + i) % 7 === 0 ? null : from + i,
    ...change,
  }));
}

export function tableOf(rows: readonly Reading[]): Table {
  return tableFromRows(
    rows.map((row) => ({ ...row })),
    keyed.columns,
  );
}

export function rowsIn(table: Table): unknown[] {
  return tableToRows(table).map((row) => ({ ...row }));
}

/** Rows in an order that does not depend on how they came together. */
export function sorted(rows: readonly unknown[]): unknown[] {
  return rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
