import assert from "node:assert/strict";
import type { OfflineStore, PointInTimeResult } from "../contracts/offline-store.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";
import { cellAt } from "../table/cell-at.ts";
import { columnBuilder } from "../table/column-builder.ts";
import { makeTable, type Table } from "../table/table.ts";

/** A table from rows of cells; `undefined` is absent. */
export function rowsOf(
  tags: { readonly [name: string]: CellTag },
  rows: readonly (readonly (CellValue | undefined)[])[],
): Table {
  return makeTable(
    Object.fromEntries(
      Object.entries(tags).map(([name, tag], c) => {
        const builder = columnBuilder(tag);
        for (const row of rows) {
          const cell = row[c];
          if (cell === undefined) builder.pushAbsent();
          else if (cell === null) builder.pushNull();
          else (builder as { push(value: CellValue): void }).push(cell);
        }
        return [name, builder.finish()];
      }),
    ),
  );
}

const sourceTags: { readonly [name: string]: CellTag } = { id: "i64", time: "instant", known: "instant", v: "f64" };
const spineTags: { readonly [name: string]: CellTag } = { id: "i64", at: "instant" };

/** Appends `[id, event, known, value]` rows and joins `[id, T]` rows to them. */
export async function joined(
  store: OfflineStore,
  source: readonly (readonly (CellValue | undefined)[])[],
  spine: readonly (readonly CellValue[])[],
  options: { readonly ttlMs?: number; readonly useKnown?: boolean; readonly knownDelayMs?: number } = {},
): Promise<PointInTimeResult> {
  await store.append("s", rowsOf(sourceTags, source));
  return await store.pointInTimeJoin({
    source: "s",
    spine: rowsOf(spineTags, spine),
    at: "at",
    keys: ["id"],
    eventTime: "time",
    columns: ["v"],
    ...(options.useKnown === true ? { knownTime: "known" } : {}),
    ...(options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }),
    ...(options.knownDelayMs === undefined ? {} : { knownDelayMs: options.knownDelayMs }),
  });
}

/** The looked-up values of a join; `undefined` is absent. */
export function valuesOf(result: PointInTimeResult): (CellValue | undefined)[] {
  const column = result.columns.columns["v"];
  assert.ok(column !== undefined);
  return Array.from(result.matched, (_, row) => cellAt(column, row));
}

/** A source's rows as arrays of cells. */
export async function scanned(store: OfflineStore, source: string, columns: readonly string[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const part of store.scan(source, columns)) {
    assert.deepEqual(Object.keys(part.columns), columns);
    for (let row = 0; row < part.rowCount; row++) {
      rows.push(Object.values(part.columns).map((column) => cellAt(column, row)));
    }
  }
  return rows;
}
