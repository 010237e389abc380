import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import { type FileSetOptions, fileSetSource } from "../../src/backends/fs/file-set.ts";
import type { IncrementalSource } from "../../src/contracts/incremental-source.ts";
import { rowCount } from "../../src/data/checks/row-count.ts";
import { dataset } from "../../src/data/dataset.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { type Watermark, watermarkSource } from "../../src/data/sources/watermark-source.ts";
import { columnOf } from "../../src/table/table.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type OpenData, withData } from "./open-data.ts";

const trips = dataset("trips", { schema: z.object({ at: z.date(), km: z.number() }), eventTime: "at" });

function inbox(options: FileSetOptions = {}): { readonly folder: string; readonly source: IncrementalSource } {
  const folder = temporaryFolder();
  return { folder, source: fileSetSource(join(folder, "**/*.csv"), csvFile, options) };
}

function put(folder: string, name: string, ...kms: readonly number[]): string {
  const path = join(folder, name);
  writeFileSync(path, ["at,km", ...kms.map((km) => `2001-01-01,${km}`), ""].join("\n"));
  return path;
}

async function kms({ data }: OpenData): Promise<number[]> {
  if ((await data.head("trips")) === undefined) return [];
  return [...columnOf(await data.read("trips"), "km", "f64").values].sort((a, b) => a - b);
}

test("only new files are taken, each once; nothing new changes nothing", () =>
  withData(async (open) => {
    const { folder, source } = inbox();
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "up-to-date", dataset: "trips" });
    put(folder, "a.csv", 1, 2);
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    put(folder, "deep/er/b.csv", 3);
    writeFileSync(join(folder, "c.txt"), "no CSV");
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "committed", rows: { accepted: 3 } });
    const head = await open.data.head("trips");
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "up-to-date" });
    expect(await open.data.head("trips")).toEqual(head);
    // The same bytes under another name are other rows.
    put(folder, "d.csv", 1, 2);
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "committed", rows: { accepted: 2 } });
    expect(await kms(open)).toEqual([1, 1, 2, 2, 3]);
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: true, events: 2 });
  }));

test("a taken file may be touched or deleted; one that changed is an error, or taken again", () =>
  withData(async (open) => {
    const { folder, source } = inbox();
    const a = put(folder, "a.csv", 1);
    const b = put(folder, "b.csv", 2);
    await open.data.collect(trips, source);
    utimesSync(a, 1, 1);
    rmSync(b);
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "up-to-date" });
    put(folder, "a.csv", 1, 5);
    put(folder, "c.csv", 3);
    await expect(open.data.collect(trips, source)).rejects.toThrowError(/data\/source-changed.*a\.csv/);
    expect(await kms(open)).toEqual([1, 2]);
    const again = fileSetSource(join(folder, "**/*.csv"), csvFile, { onChanged: "ingest" });
    expect(await open.data.collect(trips, again)).toMatchObject({ outcome: "committed", rows: { accepted: 3 } });
    expect(await kms(open)).toEqual([1, 1, 2, 3, 5]);
    expect(await open.ledger.audit.verify()).toMatchObject({ events: 2 });
  }));

test("a file with other columns is named, and the batch is not taken", () =>
  withData(async (open) => {
    const { folder, source } = inbox();
    put(folder, "a.csv", 1);
    writeFileSync(join(folder, "b.csv"), "at,miles,km\n2001-01-01,1,2\n");
    await expect(open.data.collect(trips, source)).rejects.toThrowError(/data\/schema-mismatch.*b\.csv.*miles.*a\.csv/);
    writeFileSync(join(folder, "b.csv"), "km,at\n2,2001-01-01\n");
    expect(await open.data.collect(trips, source)).toMatchObject({ outcome: "committed" });
    expect(await kms(open)).toEqual([1, 2]);
  }));

test("a malformed file is named", () =>
  withData(async ({ data }) => {
    const { folder, source } = inbox();
    writeFileSync(join(folder, "a.csv"), 'at,km\n"2001-01-01,1\n');
    await expect(data.collect(trips, source)).rejects.toThrowError(/data\/malformed-source.*line 2.*a\.csv/);
  }));

test("a file without rows moves the cursor only; a blocked batch is tried again with what came since", () =>
  withData(async (open) => {
    const strict = dataset("trips", {
      schema: z.object({ at: z.date(), km: z.number() }),
      eventTime: "at",
      checks: [rowCount({ atLeast: 2 })],
    });
    const { folder, source } = inbox();
    put(folder, "empty.csv");
    expect(await open.data.collect(strict, source)).toMatchObject({ outcome: "up-to-date" });
    expect(await open.ledger.audit.verify()).toMatchObject({ events: 0 });
    put(folder, "a.csv", 1);
    expect(await open.data.collect(strict, source)).toMatchObject({ outcome: "blocked", rows: { blocked: 1 } });
    put(folder, "b.csv", 2);
    expect(await open.data.collect(strict, source)).toMatchObject({ outcome: "committed", rows: { accepted: 2 } });
    expect(await kms(open)).toEqual([1, 2]);
  }));

test("collections at the same moment take each file once", () =>
  withData(async (open) => {
    const { folder, source } = inbox();
    for (let i = 0; i < 4; i++) put(folder, `${i}.csv`, i);
    const results = await Promise.all([1, 2, 3].map(() => open.data.collect(trips, source)));
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["committed", "up-to-date", "up-to-date"]);
    expect(await kms(open)).toEqual([0, 1, 2, 3]);
  }));

test("a file that is replaced while it is collected ends it", () =>
  withData(async (open) => {
    const { folder } = inbox();
    const path = put(folder, "a.csv", 1);
    const source = fileSetSource(join(folder, "*.csv"), (file) => {
      const csv = csvFile(file);
      return {
        ...csv,
        batches: async function* (columns) {
          yield* csv.batches(columns);
          put(folder, "next", 7);
          renameSync(join(folder, "next"), path);
        },
      };
    });
    await expect(open.data.collect(trips, source)).rejects.toThrowError(/data\/source-changed/);
    expect(await kms(open)).toEqual([]);
    put(folder, "a.csv", 8);
    await open.data.collect(trips, fileSetSource(join(folder, "*.csv"), csvFile));
    expect(await kms(open)).toEqual([8]);
  }));

test("rows beyond a watermark are taken once, by numbers, instants, bigints and text", () =>
  withData(async (open) => {
    const log = dataset("log", {
      schema: z.object({ at: z.date(), n: z.number(), big: z.bigint(), name: z.string() }),
      eventTime: "at",
    });
    const row = (i: number) => ({ at: new Date(i * 1000), n: i, big: 2n ** 60n + BigInt(i), name: `n${i}` });
    for (const column of ["at", "n", "big", "name"] as const) {
      const rows = [row(1), row(2)];
      const asked: (Watermark | undefined)[] = [];
      const later = (value: unknown, after: Watermark): boolean =>
        (value instanceof Date ? value.getTime() : (value as Watermark)) > after;
      const source = watermarkSource(
        (after) => {
          asked.push(after);
          return rowsSource(rows.filter((each) => after === undefined || later(each[column], after)));
        },
        { column, uri: `log by ${column}` },
      );
      expect(await open.data.collect(log, source)).toMatchObject({ outcome: "committed", rows: { accepted: 2 } });
      expect(await open.data.collect(log, source)).toMatchObject({ outcome: "up-to-date" });
      rows.push(row(3));
      expect(await open.data.collect(log, source)).toMatchObject({ outcome: "committed", rows: { accepted: 1 } });
      const value = (i: number) => (column === "at" ? i * 1000 : row(i)[column]);
      expect(asked).toEqual([undefined, value(2), value(2)]);
    }
  }));

test("a row that is not beyond the watermark is an error: it would be taken twice", () =>
  withData(async (open) => {
    const rows = [{ at: new Date(0), km: 1 }];
    const source = watermarkSource(() => rowsSource(rows), { column: "km", uri: "careless" });
    await open.data.collect(trips, source);
    await expect(open.data.collect(trips, source)).rejects.toThrowError(/data\/malformed-source.*1, not after 1/);
    expect(await kms(open)).toEqual([1]);
  }));
