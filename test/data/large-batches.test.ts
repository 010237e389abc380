import { expect, test } from "vitest";
import { z } from "zod";
import type { DataSource, SourceBatch } from "../../src/contracts/data-source.ts";
import { seededRandom } from "../../src/core/random.ts";
import { anomaly } from "../../src/data/checks/anomaly.ts";
import { compare } from "../../src/data/checks/compare.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { custom } from "../../src/data/checks/custom.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { meanBounds } from "../../src/data/checks/mean-bounds.ts";
import { monotonic } from "../../src/data/checks/monotonic.ts";
import { quantileBounds } from "../../src/data/checks/quantile-bounds.ts";
import { range } from "../../src/data/checks/range.ts";
import { uniqueness } from "../../src/data/checks/uniqueness.ts";
import { predictionInterval } from "../../src/data/anomalies/prediction-interval.ts";
import { dataset } from "../../src/data/dataset.ts";
import type { IngestOptions } from "../../src/data/ingest/ingest-options.ts";
import { type Table, columnOf, makeTable } from "../../src/table/table.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { type OpenData, withData } from "./open-data.ts";

const rows = 30_000;

const trips = dataset("trips", {
  schema: z.object({ id: z.number(), at: z.date(), origin: z.string(), km: z.number().positive().nullable() }),
  id: "id",
  eventTime: "at",
  checks: [
    completeness("km", { atLeast: 0.5 }),
    range("km", { max: 900 }),
    compare("id", ">=", { value: 0 }),
    monotonic("id", { atMost: 0.01 }),
    uniqueness(["id"], { atMost: 0.01 }),
    meanBounds("km", { min: 0 }),
    quantileBounds("km", 0.9, { max: 100_000 }),
    distribution("km", { against: "previous", severity: "warn" }),
    anomaly("rows", predictionInterval(), { severity: "warn" }),
    custom("all columns", { version: "1", severity: "warn" }, ({ batch }) => ({
      pass: Object.keys(batch.columns).length === 4,
      reason: `${batch.rowCount} rows of ${Object.keys(batch.columns).join()}`,
      failingRows: [3, batch.rowCount - 1],
    })),
  ],
});

/** Trips of which some rows are refused: in `share` of them the distance is negative. */
function batchOf(seed: string, share: number, firstId = 0, most = 900): Table {
  const random = seededRandom(seed);
  const column = <V>(of: (row: number) => V): V[] => Array.from({ length: rows }, (_, row) => of(row));
  const origins = ["ATL", "ORD", "DFW", "DEN"];
  return makeTable({
    id: { tag: "f64", values: Float64Array.from(column((row) => firstId + row)) },
    at: { tag: "instant", values: Float64Array.from(column((row) => 1e12 + row)) },
    origin: { tag: "utf8", values: Int32Array.from(column(() => random.int(4))), dictionary: origins },
    km: {
      tag: "f64",
      values: Float64Array.from(column(() => (random.next() < share ? -1 : 1 + random.int(most)))),
      states: Uint8Array.from(column(() => (random.next() < 0.1 ? 0 : 1))),
    },
  });
}

/** A table as a source of batches of a thousand rows, with what is to happen once it was read. */
function sourceOf(table: Table, whenRead: () => Promise<void> = async () => undefined): DataSource {
  let read = 0;
  return {
    describe: () => ({ uri: "trips", kind: "table" }),
    nulls: "exact",
    async *batches(): AsyncIterable<SourceBatch> {
      for (let from = 0; from < table.rowCount; from += 1000)
        yield { table: sliceRows(table, from, Math.min(from + 1000, table.rowCount)), faults: [] };
      read++;
    },
    async digest() {
      if (read === 1) await whenRead();
      return tableDigest(table);
    },
  };
}

const modes: readonly IngestOptions[] = [{ memoryBytes: 0 }, { memoryBytes: 400_000 }];

/** What an ingest answers and leaves, without instants. */
async function traces({ data }: OpenData, table: Table, options: IngestOptions): Promise<unknown> {
  const result = await data.ingest(trips, sourceOf(table), options);
  const apart = result.quarantine && (await data.readQuarantine("trips", { version: result.quarantine.digest }));
  return {
    result: {
      ...result,
      ...("version" in result && { version: result.version.digest }),
      quarantine: result.quarantine?.digest,
    },
    quarantine: apart && { ...apart, table: tableDigest(apart.table) },
    metrics: await data.metrics("trips"),
  };
}

test.each(modes)("a batch beyond $memoryBytes bytes of memory is judged and committed as one within", (mode) =>
  withData(async (small) =>
    withData(async (large) => {
      for (const [seed, share, options, first, most] of [
        ["first", 0, {}, 0, 900],
        ["second", 0.02, { onFailure: "quarantine" }, rows, 900],
        ["refused rows alone", 1, { onFailure: "quarantine" }, 0, 900],
        ["too far", 0.02, { onFailure: "quarantine" }, 5, 2000],
        ["too far", 0.5, { onFailure: "block" }, 5, 900],
        ["replaced", 0.3, { onFailure: "warn", mode: "replace" }, 5, 2000],
        ["again", 0.1, { onFailure: "warn" }, 7, 900],
      ] as const) {
        const table = batchOf(seed, share, first, most);
        const expected = await traces(small, table, options);
        expect(await traces(large, table, { ...options, ...mode }), seed).toEqual(expected);
      }
      const versions = await small.data.versions("trips");
      expect(versions.length, "the last replaced the others").toBe(2);
      expect((await large.data.versions("trips")).map(({ digest }) => digest)).toEqual(
        versions.map(({ digest }) => digest),
      );
      const all = await large.data.read("trips");
      expect(tableDigest(all)).toBe(tableDigest(await small.data.read("trips")));
      expect(columnOf(all, "id", "f64").values.length).toBe(versions[0]?.rows);
    }),
  ),
);

test("rows that were stored for one parent are appended to another where a commit came between", () =>
  withData(async (open) => {
    const { data, repository } = open;
    await data.ingest(trips, sourceOf(batchOf("before", 0)));
    const between = batchOf("between", 0, 2 * rows);
    let prepared = 0;
    const own = repository.prepare.bind(repository);
    repository.prepare = (...args) => {
      prepared++;
      return own(...args);
    };
    const table = batchOf("late", 0, rows);
    const late = await data.ingest(
      trips,
      sourceOf(table, async () => void (await repository.commit(trips, [between]))),
      {
        memoryBytes: 0,
        onFailure: "warn",
      },
    );
    if (late.outcome !== "committed") return expect.fail(late.summary);
    expect(prepared, "the commit between, and the late rows again").toBe(2);
    const ids = columnOf(await data.read("trips"), "id", "f64").values;
    expect(ids.length).toBe(3 * rows);
    expect([ids[0], ids[rows], ids[2 * rows]]).toEqual([0, 2 * rows, rows]);
  }));

test("a batch whose stored rows a garbage collection took is read again", () =>
  withData(async (open) => {
    const { data, blobs } = open;
    await data.ingest(trips, sourceOf(batchOf("before", 0)));
    const table = batchOf("late", 0.01, rows);
    let removed = 0;
    const gc = async (): Promise<void> => {
      removed += (await data.gc({ graceMs: 0 })).removed;
    };
    const late = await data.ingest(trips, sourceOf(table, gc), { memoryBytes: 0, onFailure: "quarantine" });
    if (late.outcome !== "committed") return expect.fail(late.summary);
    expect(removed, "the parts of the draft").toBeGreaterThan(1);
    expect((await data.read("trips")).rowCount).toBe(rows + late.rows.accepted);
    const before = await blobCount(blobs);
    await data.gc({ graceMs: 0 });
    expect(await blobCount(blobs), "what the first reading left is garbage").toBeLessThanOrEqual(before);
    expect((await data.read("trips")).rowCount).toBe(rows + late.rows.accepted);
  }));

test("an ingest says what is wrong with its memory", () =>
  withData(async ({ data }) => {
    await expect(data.ingest(trips, sourceOf(batchOf("a", 0)), { memoryBytes: -1 })).rejects.toThrow(/memoryBytes -1/);
    await expect(data.ingest(trips, sourceOf(batchOf("a", 0)), { memoryBytes: Number.NaN })).rejects.toMatchObject({
      code: "argument/invalid",
    });
  }));

async function blobCount(blobs: OpenData["blobs"]): Promise<number> {
  let count = 0;
  for await (const blob of blobs.list()) if (blob.sizeBytes >= 0) count++;
  return count;
}
