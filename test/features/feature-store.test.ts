import { expect, test } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { seededRandom } from "../../src/core/random.ts";
import { count, FeatureStore, featureService, featureView } from "../../src/features/index.ts";
import { makeTable } from "../../src/table/table.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { departures, fill, history, hour, origin, requests, route, service, spineOf, start, trips } from "./trips.ts";

test("an online read has value, status and time per feature", async () => {
  await withWorkbench(async (bench) => {
    const rows = [
      { id: 1, date: start, landed: start + hour, from: "ATL", to: "ORD", delay: 10, price: 1.5, rainy: true },
      {
        id: 2,
        date: start + 60_000,
        landed: start + 2 * hour,
        from: "ATL",
        to: "ORD",
        delay: null,
        price: 2.5,
        rainy: false,
      },
    ];
    await fill(bench, tableFromRows(rows, trips.columns), 1);
    const read = async (atMs: number, from: string) =>
      (await bench.store.online(service, { from, to: "ORD", distance: 0, when: atMs }, { atMs })).features;

    const before = await read(start + 30 * 60_000, "ATL");
    expect(before["departures.n_1h"]).toEqual({ status: "present", value: 0, eventTimeMs: start + 30 * 60_000 });
    expect(before["departures.delay_2d"]).toEqual({ status: "missing" });
    expect(before["departures.last_price"]).toEqual({ status: "missing" });

    const first = await read(start + hour, "ATL");
    expect(first["departures.delay_2d"]).toEqual({ status: "present", value: 10, eventTimeMs: start });
    expect(first["departures.rain"]).toEqual({ status: "present", value: true, eventTimeMs: start });
    expect(first["route.lo"]).toEqual({ status: "missing" });
    expect(first["derived.unknown"]).toEqual({ status: "present", value: true, eventTimeMs: start + hour });

    const both = await read(start + 2 * hour, "ATL");
    expect(both["departures.last_price"]).toEqual({ status: "present", value: 2.5, eventTimeMs: start + 60_000 });
    expect(both["departures.last_delay"]).toEqual({ status: "null", eventTimeMs: start + 60_000 });
    expect(both["departures.delay_1h"]).toEqual({ status: "null", eventTimeMs: start + 60_000 });
    expect((await read(start + 7 * hour, "ATL"))["departures.last_price"]).toEqual({ status: "expired" });
    expect((await read(start + 7 * hour, "XXX"))["derived.pressure"]).toEqual({ status: "missing" });
  });
});

test("pushing again changes nothing; a dataset without id is refused", async () => {
  await withWorkbench(async ({ store }) => {
    const table = history(seededRandom("again"), 50);
    await expect(store.push(trips, table)).rejects.toMatchObject({ code: "features/unknown-feature" });
    await store.register(service);
    const none = { rows: 0, sinceMs: undefined };
    expect(await store.push(trips, table)).toEqual({ views: 2, events: 100, skipped: 0, buffered: none });
    expect(await store.push(trips, table)).toEqual({ views: 2, events: 0, skipped: 0, buffered: none });
    const nameless = featureView("v", {
      source: { ...trips, id: undefined },
      entities: [origin],
      windows: { n: count().over("1h") },
    });
    await expect(store.push(nameless, table)).rejects.toMatchObject({ code: "definition/invalid" });
  });
});

test("a service's meaning is recorded and audited once", async () => {
  await withWorkbench(async ({ store, options }) => {
    expect(await store.current("trips-v1")).toBeUndefined();
    await store.register(service);
    await store.register(service);
    await new FeatureStore(options).register(service);
    expect(await store.current("trips-v1")).toEqual({
      name: "trips-v1",
      hash: service.hash,
      schemaHash: service.schemaHash,
    });
    const changed = featureService("trips-v1", [route]);
    await store.register(changed);
    expect((await store.history("trips-v1")).map((known) => known.hash)).toEqual([service.hash, changed.hash]);
    const events = await options.ledger.audit.read();
    expect(events.filter((event) => event.kind === "features.registered").length).toBe(2);
    expect((await options.ledger.audit.verify()).valid).toBe(true);
  });
});

test("a training set is named by what it was made from, and its lineage is on record", async () => {
  await withWorkbench(async ({ datasets, store, options }) => {
    const table = history(seededRandom("digest"), 100);
    const version = await datasets.commit(trips, [sliceRows(table, 0, 60)]);
    const spine = spineOf(requests(seededRandom("spine"), table, 20, start));
    const first = await store.training(service, { spine, at: "at" });
    expect(first.sources).toEqual([{ dataset: "trips", version: version.digest }]);
    expect((await store.training(service, { spine, at: "at" })).digest).toBe(first.digest);
    await datasets.commit(trips, [sliceRows(table, 60, 100)]);
    expect((await store.training(service, { spine, at: "at" })).digest).not.toBe(first.digest);
    const again = await store.training(service, { spine, at: "at", sources: { trips: version.digest } });
    expect(again.digest).toBe(first.digest);
    expect(again.table).toEqual(first.table);
    expect(Object.keys(first.table.columns).slice(0, 6)).toEqual(Object.keys(spine.columns));
    const tree = await options.ledger.lineage.upstream(`training-set:${first.digest}`);
    expect(tree.children.map((child) => child.node)).toContain(`dataset:${version.digest}`);
    expect(tree.children.map((child) => child.node)).toContain(`features:${service.hash}`);
  });
});

test("a committed version can be the spine", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    const table = history(seededRandom("own"), 100);
    const version = await datasets.commit(trips, [table]);
    const own = featureService("own", [departures]);
    const training = await store.training(own, { spine: version, at: "date" });
    expect(training.rows).toBe(100);
    expect(training.spineDigest).toBe(version.digest);
  });
});

test("bad inputs are named", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    const input = { from: "ATL", to: "ORD", distance: 1, when: start };
    const vectors = async (row: object) => await store.vectors(service, [{ ...input, ...row }]);
    await expect(vectors({ distance: "1" })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: '"1" for "distance" in row 0',
    });
    await expect(vectors({ from: null })).rejects.toMatchObject({ code: "features/invalid-input" });
    await expect(vectors({ when: Number.NaN })).rejects.toMatchObject({ code: "features/invalid-input" });
    await expect(vectors({ to: undefined })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'nothing for "to" in row 0',
    });
    await expect(vectors({ to: "" })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'an empty entity key "to" in row 0 of a request of feature service "trips-v1"',
    });
    const spine = spineOf({ inputs: [input], atMs: Float64Array.of(start) });
    await expect(store.training(service, { spine, at: "at" })).rejects.toMatchObject({
      code: "data/version-not-found",
    });
    await datasets.commit(trips, [history(seededRandom(1), 5)]);
    await expect(store.training(service, { spine, at: "when_" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
    const { to: _, ...rest } = spine.columns;
    await expect(store.training(service, { spine: makeTable(rest), at: "at" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
    const clash = makeTable({ ...spine.columns, "departures.n_1h": { tag: "f64", values: Float64Array.of(1) } });
    await expect(store.training(service, { spine: clash, at: "at" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
  });
});

test("an instant to materialize up to that is no number is refused", async () => {
  await withWorkbench(async ({ store }) => {
    for (const options of [{ to: "2026-01-20" }, { to: Number.NaN }, {}, { to: start, from: "2026-01-20" }]) {
      const given: object = options;
      await expect(store.materialize(service, given as { to: number })).rejects.toMatchObject({
        code: "argument/invalid",
      });
    }
  });
});

test("reading a view that was never filled is logged once; a view that was is not", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, message: string) => warnings.push(message) };
  await withWorkbench(
    async ({ store, options }) => {
      const inputs = [{ from: "ATL", to: "ORD", distance: 0, when: start }];
      await store.vectors(service, inputs);
      await store.vectors(service, inputs);
      expect(warnings.sort()).toEqual([
        'view "departures" has no events in the online store: materialize or push first',
        'view "route" has no events in the online store: materialize or push first',
      ]);
      await store.push(trips, history(seededRandom("filled"), 5));
      await new FeatureStore(options).vectors(service, inputs);
      expect(warnings).toHaveLength(2);
    },
    { logger },
  );
});
