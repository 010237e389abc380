import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import { jsonLinesFile } from "../../src/backends/fs/json-lines-file.ts";
import type { Progress } from "../../src/core/progress.ts";
import { dataset } from "../../src/data/dataset.ts";
import { jsonLinesSource } from "../../src/data/sources/json-lines-source.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { withData } from "./open-data.ts";

const trips = dataset("trips", { schema: z.object({ at: z.date(), km: z.number() }), eventTime: "at" });

test("an ingest that waits for a row that never comes ends when aborted, and leaves nothing", () =>
  withData(async ({ data, ledger }) => {
    const stop = new AbortController();
    async function* silent() {
      yield { at: new Date(0), km: 1 };
      setTimeout(() => stop.abort(new Error("enough")), 20);
      await new Promise(() => undefined);
    }
    await expect(data.ingest(trips, rowsSource(silent()), { signal: stop.signal })).rejects.toThrowError("enough");
    expect(await data.head("trips")).toBeUndefined();
    expect(await ledger.audit.verify()).toMatchObject({ events: 0 });
  }));

test("an async iterable is asked for rows only as they are taken", async () => {
  let made = 0;
  async function* many() {
    for (; made < 200_000; made++) yield { km: made };
  }
  const batches = rowsSource(many())
    .batches({ km: { tag: "f64", nullable: false } })
    [Symbol.asyncIterator]();
  const first = await batches.next();
  expect(first.value?.table.rowCount).toBeLessThanOrEqual(made + 1);
  expect(made).toBeLessThan(70_000);
  await batches.return?.();
  expect(made).toBeLessThan(70_000);
});

test("files tell rows and bytes while they are read", () =>
  withData(async ({ data }) => {
    const path = join(temporaryFolder(), "trips.csv");
    const content = `at,km\n${"2001-01-01,1.5\n".repeat(100_000)}`;
    writeFileSync(path, content);
    const told: Progress[] = [];
    await data.ingest(trips, csvFile(path), { onProgress: (progress) => told.push(progress) });
    const read = told.filter(({ bytes }) => bytes !== undefined);
    expect(read.map(({ done }) => done)).toEqual([65_536, 100_000]);
    expect(read.at(-1)).toMatchObject({ unit: "rows", bytes: content.length });
  }));

test("a bad JSON line goes to quarantine with its line, from a file as from memory", () =>
  withData(async ({ data }) => {
    const content = '{"at":"2001-01-01","km":1}\n{"at":"2001-01-01"\n{"at":978307200000,"km":2}\n';
    const path = join(temporaryFolder(), "trips.jsonl");
    writeFileSync(path, content);
    expect(await jsonLinesFile(path).digest()).toBe(await jsonLinesSource(content).digest());
    for (const source of [jsonLinesFile(path), jsonLinesSource(content)]) {
      const result = await data.ingest(trips, source, { onFailure: "quarantine", onRepeat: "append" });
      expect(result, result.summary).toMatchObject({ outcome: "committed", rows: { accepted: 2, quarantined: 1 } });
      expect(result.faults[0]?.issues[0]?.message).toContain("line 2: no JSON");
    }
    writeFileSync(path, "x".repeat(200));
    await expect(data.ingest(trips, jsonLinesFile(path, { maxLineBytes: 100 }))).rejects.toThrowError(
      /data\/malformed-source.*trips\.jsonl/,
    );
  }));
