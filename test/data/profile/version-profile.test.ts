import { expect, test } from "vitest";
import { z } from "zod";
import type { BlobStore } from "../../../src/contracts/blob-store.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { DataTables } from "../../../src/data/data-migrations.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { DatasetRepository } from "../../../src/data/dataset-repository.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { columnOf, makeTable, type Table } from "../../../src/table/table.ts";
import { type OpenData, withData } from "../open-data.ts";

const rides = dataset("rides", {
  schema: z.object({
    at: z.date(),
    fare: z.number().nullable(),
    city: z.string(),
    tipped: z.boolean(),
    ride: z.bigint(),
  }),
  eventTime: "at",
});

function rideRows(rows: number, from = 0): Table {
  const random = seededRandom(`rides ${from}`);
  return makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: rows }, (_, i) => 1e12 + from + i) },
    fare: {
      tag: "f64",
      values: Float64Array.from({ length: rows }, (_, i) => (i === 3 ? Number.NaN : random.next() * 100)),
      states: Uint8Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? 0 : 1)),
    },
    city: {
      tag: "utf8",
      values: Int32Array.from({ length: rows }, (_, i) => i % 3),
      dictionary: ["Rome", "Oslo", "Bonn", "unused"],
    },
    tipped: { tag: "bool", values: Uint8Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0)) },
    ride: { tag: "i64", values: BigInt64Array.from({ length: rows }, (_, i) => BigInt(from + i)) },
  });
}

/** A repository that counts the bytes it reads from blobs. */
function counting({ metadata, blobs, ledger, clock }: OpenData): { repository: DatasetRepository; ranges: number[] } {
  const ranges: number[] = [];
  const counted: BlobStore = {
    capabilities: blobs.capabilities,
    put: (bytes) => blobs.put(bytes),
    get: (digest) => blobs.get(digest),
    getRange: (digest, from, to) => {
      ranges.push(to - from);
      return blobs.getRange(digest, from, to);
    },
    has: (digest) => blobs.has(digest),
    delete: (digest) => blobs.delete(digest),
    list: () => blobs.list(),
  };
  return { repository: new DatasetRepository({ metadata, blobs: counted, ledger, clock }), ranges };
}

test("a profile says of each column what its rows say", () =>
  withData(async ({ data }) => {
    const table = rideRows(20_000);
    const { digest } = await data.commit(rides, [table]);
    const { rows, columns } = await data.profile(digest);
    expect(rows).toBe(20_000);
    expect(Object.keys(columns)).toEqual(["at", "fare", "city", "tipped", "ride"]);
    const fares = columnOf(table, "fare", "f64").values.filter((fare, i) => i % 10 !== 0 && !Number.isNaN(fare));
    const expected = sampleMoments(fares);
    if (isNotComputable(expected)) return expect.fail();
    const { fare, city, tipped, ride, at } = columns;
    expect(fare).toMatchObject({ rows: 20_000, nulls: 2000, absent: 0, nans: 1, mean: expected.mean });
    expect(fare?.min).toBe(Math.min(...fares));
    expect(fare?.max).toBe(Math.max(...fares));
    expect(fare?.sd).toBeCloseTo(Math.sqrt(expected.variance), 12);
    expect(fare?.distinct.value).toBeGreaterThan(0.96 * 18_000);
    expect(fare?.distinct.value).toBeLessThan(1.04 * 18_000);
    const sorted = fares.toSorted();
    for (const { share, value } of fare?.quantiles ?? []) {
      const rank = sorted.findIndex((each) => each >= Number(value)) / sorted.length;
      expect(Math.abs(rank - share)).toBeLessThan(0.02);
    }
    expect(city).toMatchObject({
      distinct: { value: 3, exact: true },
      min: undefined,
      mean: undefined,
      quantiles: undefined,
    });
    expect(tipped).toMatchObject({ distinct: { value: 2 }, min: 0, max: 1, mean: 0.25 });
    expect(ride).toMatchObject({ min: 0, max: 19_999, mean: 9999.5 });
    expect(at).toMatchObject({ min: 1e12, max: 1e12 + 19_999, nulls: 0 });
  }));

test("a profile that is asked again reads no row; after an append the last page alone is read", () =>
  withData(async (open) => {
    const { repository, ranges } = counting(open);
    const first = await repository.commit(rides, [rideRows(600_000)]);
    const profile = await repository.profile(first.digest);
    ranges.length = 0;
    expect(await repository.profile(first.digest)).toEqual(profile);
    expect(ranges).toEqual([]);
    const second = await repository.commit(rides, [rideRows(1000, 600_000)]);
    const pages = (await repository.manifest(second.digest)).pages;
    expect(pages.length).toBeGreaterThan(2);
    ranges.length = 0;
    const after = await repository.profile(second.digest);
    expect(after.columns["ride"]).toMatchObject({ rows: 601_000, max: 600_999, mean: 300_499.5 });
    const read = ranges.reduce((sum, bytes) => sum + bytes, 0);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(26 * 600_000 * 0.6);
  }));

test("a profile whose blob is lost or damaged is made anew", () =>
  withData(async ({ data, repository, metadata, blobs }) => {
    const { digest } = await data.commit(rides, [rideRows(500)]);
    const profile = await repository.profile(digest);
    const rows = await metadata.sql.withTables<DataTables>().selectFrom("data_profile").selectAll().execute();
    expect(rows).toHaveLength(1);
    for (const { blob } of rows) await blobs.delete(blob as `sha256:${string}`);
    expect(await repository.profile(digest)).toEqual(profile);
    const other = await blobs.put(new Uint8Array([1, 2, 3]));
    await metadata.write(async (tx) => {
      await tx.sql.withTables<DataTables>().updateTable("data_profile").set({ blob: other.digest }).execute();
    });
    expect(await repository.profile(digest)).toEqual(profile);
  }));

test("a version without rows has a profile without values", () =>
  withData(async ({ data, repository }) => {
    const { digest } = await data.commit(rides, []);
    const { rows, columns } = await repository.profile(digest);
    expect(rows).toBe(0);
    expect(columns["fare"]).toMatchObject({ rows: 0, distinct: { value: 0 }, mean: { notComputable: "empty" } });
    expect((await repository.read(digest)).columns["fare"]?.tag).toBe("f64");
  }));
