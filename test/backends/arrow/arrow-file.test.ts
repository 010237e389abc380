import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Table as ArrowTable, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { arrowFile } from "../../../src/backends/arrow/arrow-file.ts";
import { tableToArrow } from "../../../src/backends/arrow/table-to-arrow.ts";
import type { DataSource } from "../../../src/contracts/data-source.ts";
import type { ColumnTypes } from "../../../src/core/cell-type.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { type RowObject, tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const columns: ColumnTypes = {
  at: { tag: "instant", nullable: false },
  from: { tag: "utf8", nullable: true },
  km: { tag: "f64", nullable: true },
};

const rows: RowObject[] = Array.from({ length: 5000 }, (_, i) => ({
  at: i * 1000,
  from: i % 7 === 0 ? null : `place ${i % 50}`,
  km: i / 8,
}));

/** Three record batches. */
function someTable(): ArrowTable {
  const whole = tableToArrow(tableFromRows(rows, columns));
  return whole.slice(0, 2000).concat(whole.slice(2000, 2001), whole.slice(2001));
}

async function readRows(source: DataSource, signal?: AbortSignal): Promise<{ rows: RowObject[]; batches: number }> {
  const read: RowObject[] = [];
  let batches = 0;
  for await (const { table } of source.batches(columns, signal === undefined ? {} : { signal })) {
    read.push(...tableToRows(table));
    batches++;
  }
  return { rows: read, batches };
}

function written(format: "file" | "stream", table: ArrowTable = someTable()): { path: string; bytes: Uint8Array } {
  const path = join(temporaryFolder(), `trips.${format}`);
  const bytes = tableToIPC(table, format);
  writeFileSync(path, bytes);
  return { path, bytes };
}

test.each(["file", "stream"] as const)("the %s format is read, a record batch at a time", async (format) => {
  const { path, bytes } = written(format);
  const source = arrowFile(path);
  const read = await readRows(source);
  expect(read.batches).toBeGreaterThan(1);
  expect(read.rows).toEqual(rows);
  expect(await source.digest()).toBe(digestOf(bytes));
  const stop = new AbortController();
  const batches = source.batches(columns, { signal: stop.signal })[Symbol.asyncIterator]();
  await batches.next();
  stop.abort(new Error("enough"));
  await expect(batches.next()).rejects.toThrowError("enough");
});

test.each(["file", "stream"] as const)("the %s format cut off anywhere is malformed, and named", async (format) => {
  const { path, bytes } = written(format);
  for (const share of [0, 0.001, 0.3, 0.5, 0.9, 0.999]) {
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    await expect(readRows(arrowFile(path)), `${share}`).rejects.toThrowError(
      new RegExp(`data/malformed-source.*trips\\.${format}.*write the file again`),
    );
  }
});

test("other files, missing files and columns named twice are errors", async () => {
  const { path } = written("file");
  writeFileSync(path, "at,from,km\n");
  await expect(readRows(arrowFile(path))).rejects.toThrowError(/data\/malformed-source/);
  await expect(readRows(arrowFile(`${path}.none`))).rejects.toThrowError(/io\/failed.*none/);
  await expect(arrowFile(`${path}.none`).digest()).rejects.toThrowError(/io\/failed/);
  const one = tableToArrow(
    tableFromRows([{ km: 1, x: 2 }], { km: { tag: "f64", nullable: false }, x: { tag: "f64", nullable: false } }),
  );
  const field = one.schema.fields[0];
  const batch = one.batches[0];
  if (field === undefined || batch === undefined) throw new Error("a field and a batch expected");
  const schema = new Schema([field, field]);
  const data = makeData({ type: new Struct(schema.fields), length: 1, children: batch.data.children });
  const twice = written("stream", new Table([new RecordBatch(schema, data)]));
  await expect(readRows(arrowFile(twice.path))).rejects.toThrowError(/data\/malformed-source.*"km"/);
  expect(readFileSync(twice.path).length).toBeGreaterThan(0);
});
