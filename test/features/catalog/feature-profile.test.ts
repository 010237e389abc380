import { expect, test } from "vitest";
import { profileColumn } from "../../../src/features/catalog/feature-profile.ts";
import { FeatureStore, featureService, formatCatalog, onDemand, request, t } from "../../../src/features/index.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { tableDigest } from "../../../src/table/table-digest.ts";
import { makeTable } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { departures, hour, start, trips } from "../trips.ts";

const shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

test("numbers: counts of all rows, moments and quantiles of the finite ones", () => {
  const values = Float64Array.of(4, 1, Number.NaN, 3, 99, Number.POSITIVE_INFINITY, 2, 98);
  const states = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 2);
  const profile = profileColumn({ tag: "f64", values, states }, 1000);
  expect(profile).toMatchObject({ rows: 8, nulls: 1, missing: 1, sampled: 8, notFinite: 2, mean: 2.5 });
  expect(profile.sd).toBeCloseTo(Math.sqrt(5 / 3), 15);
  expect(profile.quantiles?.map(({ share }) => share)).toEqual(shares);
  const expected = [1, 1.03, 1.15, 1.75, 2.5, 3.25, 3.85, 3.97, 4];
  expected.forEach((value, i) => {
    expect(profile.quantiles?.[i]?.value).toBeCloseTo(value, 12);
  });
  expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
});

test("one value has no deviation, none has nothing; booleans, instants and 64-bit integers are numbers", () => {
  expect(profileColumn({ tag: "bool", values: Uint8Array.of(1) }, 10)).toMatchObject({ mean: 1, notFinite: 0 });
  expect(profileColumn({ tag: "bool", values: Uint8Array.of(1) }, 10)).not.toHaveProperty("sd");
  const absent = profileColumn({ tag: "instant", values: Float64Array.of(1, 2), states: Uint8Array.of(2, 0) }, 10);
  expect(absent).toEqual({ rows: 2, nulls: 1, missing: 1, sampled: 2, notFinite: 0 });
  expect(profileColumn({ tag: "i64", values: BigInt64Array.of(-3n, 5n) }, 10)).toMatchObject({ mean: 1 });
  expect(profileColumn({ tag: "f64", values: new Float64Array(0) }, 10)).toEqual({
    rows: 0,
    nulls: 0,
    missing: 0,
    sampled: 0,
    notFinite: 0,
  });
  const huge = profileColumn({ tag: "f64", values: Float64Array.of(-1.7e308, 1.7e308) }, 10);
  expect(huge.quantiles?.every(({ value }) => Number.isFinite(value))).toBe(true);
});

test("texts: the most frequent ones, bounded in number and length", () => {
  const long = "😀".repeat(300);
  const dictionary = [...Array.from({ length: 30 }, (_, i) => `t${i}`), long];
  const values = Int32Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? 30 : i % 30));
  const { top, distinct, ...counts } = profileColumn({ tag: "utf8", values, dictionary }, 1000);
  expect(counts).toEqual({ rows: 500, nulls: 0, missing: 0, sampled: 500 });
  expect([top?.length, top?.[0], distinct]).toEqual([10, { value: "😀".repeat(100), count: 100 }, 25]);
  expect(profileColumn({ tag: "json", values, dictionary }, 1000)).not.toHaveProperty("top");
});

test("a sample is spread over all rows, and close to them", () => {
  const random = seededRandom("profile");
  const values = Float64Array.from({ length: 200_001 }, (_, i) => i / 1000 + random.normal());
  const states = Uint8Array.from(values, (_, i) => (i % 4 === 3 ? 0 : 1));
  const profile = profileColumn({ tag: "f64", values, states }, 10_000);
  expect([profile.rows, profile.nulls, profile.sampled]).toEqual([200_001, 50_000, 10_000]);
  const median = profile.quantiles?.find(({ share }) => share === 0.5)?.value ?? 0;
  expect(Math.abs(median - 100)).toBeLessThan(3);
  expect(Math.abs((profile.mean ?? 0) - 100)).toBeLessThan(2);
});

const far = onDemand("far", {
  inputs: [departures, request({ to: t.utf8 })],
  features: ({ departures: d, to }) => ({ price: d.last_price.mul(2), city: to.lower() }),
});
const service = featureService("profiled", [departures, far]);

test("training sets are profiled for the catalog; the newest profile of a view counts, in every process", async () => {
  await withWorkbench(async ({ store, options, datasets }) => {
    const rows = Array.from({ length: 12 }, (_, id) => {
      const date = start - (id + 1) * hour;
      return { id, date, landed: date, from: "ATL", to: "ORD", delay: id === 0 ? null : id, price: 2, rainy: id < 6 };
    });
    await datasets.commit(trips, [tableFromRows(rows, trips.columns)]);
    const spine = tableFromRows(
      [
        { from: "ATL", to: "LAX", at: start },
        { from: "ATL", to: "lax", at: start },
        { from: "XXX", to: "ORD", at: start },
        { from: "ATL", to: "ORD", at: start + 9 * hour },
      ],
      { from: t.utf8, to: t.utf8, at: t.instant },
    );
    const set = await store.training(service, { spine, at: "at" });
    const found = async (view: string) => {
      const { views } = await new FeatureStore(options).catalog({ name: view });
      const one = views[0];
      return { ...one, features: Object.fromEntries((one?.features ?? []).map((each) => [each.name, each.profile])) };
    };
    const recent = await found("departures");
    expect(recent.profiled).toEqual({ kind: "training-set", digest: set.digest, atMs: start });
    expect(recent.features["last_price"]).toMatchObject({ rows: 4, nulls: 0, missing: 2, sampled: 4, mean: 2 });
    expect(recent.features["last_delay"]).toEqual({ rows: 4, nulls: 2, missing: 2, sampled: 4, notFinite: 0 });
    expect(recent.features["n_1h"]).toMatchObject({ rows: 4, nulls: 0, missing: 0 });
    const top = [
      { value: "lax", count: 2 },
      { value: "ord", count: 2 },
    ];
    expect((await found("far")).features["city"]).toMatchObject({ top, distinct: 2 });
    const text = formatCatalog(await store.catalog({ name: "departures" }));
    expect(text).toContain("last_price  f64, latest of trips.price: 50% without a value, 2 ± 0, median 2 in [2, 2]\n");

    const table = makeTable({ "far.price": { tag: "f64", values: Float64Array.of(7, 9) } });
    await store.profile(service, table, { sampleRows: 1 });
    const newer = await found("far");
    expect(newer.profiled).toEqual({ kind: "table", digest: tableDigest(table), atMs: start });
    expect(newer.features).toEqual({
      price: expect.objectContaining({ rows: 2, sampled: 1, mean: 7 }),
      city: undefined,
    });
    expect((await found("departures")).profiled?.digest).toBe(set.digest);
    for (const sampleRows of [0, 1.5, -1])
      await expect(store.profile(service, table, { sampleRows })).rejects.toMatchObject({ code: "argument/invalid" });
  });
});

test("a training set can be left unprofiled, and profiled later", async () => {
  await withWorkbench(async ({ store, datasets }) => {
    const row = {
      id: 1,
      date: start - hour,
      landed: start - hour,
      from: "A",
      to: "B",
      delay: 1,
      price: 2,
      rainy: true,
    };
    await datasets.commit(trips, [tableFromRows([row], trips.columns)]);
    const spine = tableFromRows([{ from: "A", to: "B", at: start }], { from: t.utf8, to: t.utf8, at: t.instant });
    const set = await store.training(service, { spine, at: "at", profile: false });
    expect((await store.catalog({ name: "departures" })).views[0]).not.toHaveProperty("profiled");
    await store.profile(service, set);
    expect((await store.catalog({ name: "departures" })).views[0]?.profiled?.digest).toBe(set.digest);
  });
});
