import { expect, test } from "vitest";
import {
  alias,
  count,
  entity,
  featureService,
  featureView,
  onDemand,
  request,
  sum,
  t,
} from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);

test("an entity is its JSON text, online as in history, whatever else is pushed beside it", async () => {
  const json = { tag: "json", nullable: false } as const;
  const orders = plainDataset("orders", { id: t.float64, time: t.instant, cart: json }, { id: "id" });
  const view = featureView("recent", {
    source: orders,
    entities: [entity("cart", { cart: json })],
    windows: { n: count().over("1h") },
  });
  const service = featureService("carts", [view]);
  const row = (id: number, cart: { readonly [item: string]: number }) => ({ id, time: start + id, cart });
  await withWorkbench(async ({ store, datasets }) => {
    await store.register(service);
    const pushes = [[row(1, { a: 1 }), row(2, { b: 2 })], [row(3, { b: 2 })], [row(4, { b: 2 })]];
    for (const rows of pushes) await store.push(orders, rows);
    await datasets.commit(
      orders,
      pushes.map((rows) => tableFromRows(rows, orders.columns)),
    );
    const inputs = [{ cart: '{"c":3}' }, { cart: '{"a":1}' }, { cart: '{"b":2}' }];
    const atMs = new Float64Array(inputs.length).fill(start + 60_000);
    const served = await store.vectors(service, inputs, { atMs });
    expect([...served.values]).toEqual([0, 1, 3]);
    expect((await store.replay(service, { inputs, ...served })).different).toBe(0);
  });
});

test("what history holds and no feature can be is said of its dataset", async () => {
  const big = plainDataset("meters", { id: t.int64, time: t.instant, meter: t.utf8, value: t.int64 }, { id: "id" });
  const view = featureView("recent", {
    source: big,
    entities: [entity("meter", { meter: t.utf8 })],
    windows: { total: sum("value").over("1h") },
  });
  const service = featureService("meters", [view]);
  const spine = tableFromRows([{ meter: "A", at: start + 10 }], { meter: t.utf8, at: t.instant });
  for (const row of [
    { id: 1n, time: start, meter: "A", value: 2n ** 60n },
    { id: 2n ** 60n, time: start, meter: "A", value: 1n },
  ]) {
    await withWorkbench(async ({ store, datasets }) => {
      await datasets.commit(big, [tableFromRows([row], big.columns)]);
      await expect(store.training(service, { spine, at: "at" })).rejects.toThrow('dataset "meters"');
      await expect(store.materialize(service, { to: start + 10 })).rejects.toThrow('dataset "meters"');
    });
  }
});

test("a key may be called as nothing else of ours is", async () => {
  const source = plainDataset("visits", { time: t.instant, at: t.utf8, at_: t.utf8, __at: t.utf8, n: t.float64 });
  const keys = { at: t.utf8, at_: t.utf8, __at: t.utf8 };
  const view = featureView("visit", { source, entities: [entity("place", keys)], latest: { n: "n" } });
  await withWorkbench(async ({ store, datasets }) => {
    const key = { at: "x", at_: "y", __at: "z" };
    await datasets.commit(source, [tableFromRows([{ ...key, time: start, n: 7 }], source.columns)]);
    const spine = tableFromRows([{ ...key, asked: start + 1 }], { ...keys, asked: t.instant });
    const { table } = await store.training(featureService("visits", [view]), { spine, at: "asked" });
    expect(table.columns["visit.n"]?.values).toEqual(Float64Array.of(7));
  });
});

test("a key, a request field and a feature may be called as what every object has", async () => {
  const races = plainDataset("races", { id: t.float64, time: t.instant, constructor: t.utf8, points: t.float64 });
  const view = featureView("team", {
    source: { ...races, id: "id" },
    entities: [entity("team", { constructor: t.utf8 })],
    windows: { points: sum("points").over("1h") },
    latest: { constructor: "constructor" },
  });
  const rival = alias("rival", view, { constructor: "toString" });
  const longer = onDemand("longer", {
    inputs: [view, request({ valueOf: t.float64 })],
    features: ({ team, valueOf: more }) => ({ hasOwnProperty: team.points.add(more) }),
  });
  await withWorkbench(async ({ store, datasets }) => {
    const rows = ["Ferrari", "Lotus"].map((name, id) => ({ id, time: start, constructor: name, points: 2 + id }));
    await datasets.commit(races, [tableFromRows(rows, races.columns)]);
    const service = featureService("teams", [view, rival, longer]);
    await store.materialize(service, { to: start });
    const input = { constructor: "Ferrari", toString: "Lotus", valueOf: 5 };
    const { features } = await store.online(service, input as never, { atMs: start + 1 });
    expect(Object.values(features).map((cell) => ("value" in cell ? cell.value : cell.status))).toEqual([
      ...[2, "Ferrari", 3, "Lotus"],
      7,
    ]);
  });
});
