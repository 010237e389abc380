import { expect, test } from "vitest";
import { memoryVectors } from "../../../src/backends/memory/memory-vector-store.ts";
import type { VectorStore } from "../../../src/contracts/vector-store.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { alias, entity, FeatureStore, featureService, featureView, nullable, t } from "../../../src/features/index.ts";
import type { Table } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const minute = 60_000;
const columns = {
  id: t.int32,
  time: t.instant,
  known: t.instant,
  shop: t.utf8,
  item: t.int64,
  look: nullable(t.vector(3)),
  price: nullable(t.float64),
};
const looks = plainDataset("looks", columns, { knownTime: "known", id: "id" });
const product = entity("product", { shop: t.utf8, item: t.int64 });
const viewOf = (ttl: "1h" | "2h") =>
  featureView("products", { source: looks, entities: [product], ttl, latest: { look: "look", price: "price" } });
const products = viewOf("1h");
const service = featureService("products", [products]);

interface Row {
  readonly id: number;
  readonly shop?: string;
  readonly item: bigint;
  readonly look: readonly number[] | null;
  readonly at: number;
  readonly known?: number;
}

/** Rows of the dataset; times in minutes. */
function rowsOf(...rows: readonly Row[]): Table {
  return tableFromRows(
    rows.map(({ id, shop = "s", item, look, at, known = at }) => {
      return { id, time: start + at * minute, known: start + known * minute, shop, item, look, price: null };
    }),
    columns,
  );
}

const first = rowsOf(
  { id: 1, item: 1n, look: [1, 0, 0], at: 0 },
  { id: 2, item: 2n, look: [0.9, 0.1, 0], at: 10 },
  { id: 3, item: 3n, look: [0, 1, 0], at: 20 },
  { id: 4, shop: "7:x", item: -(2n ** 60n), look: [0.8, 0, 0.3], at: 30 },
  { id: 5, item: 5n, look: [1, 0, 0], at: 30, known: 90 },
  { id: 6, item: 6n, look: [1, 0, 0], at: 5 },
  { id: 7, item: 6n, look: null, at: 40 },
);
const query = [1, 0, 0];
const at = (minutes: number): number => start + minutes * minute;

test("the entities whose latest vectors are nearest, as online reads know them: by time, TTL and nulls", () =>
  withWorkbench(
    async ({ datasets, store }) => {
      await datasets.commit(looks, [first]);
      expect((await store.nearest(products, "look", query, { k: 9, atMs: at(50) })).entities).toEqual([]);
      await store.materialize(service, { to: at(60) });
      const found = await store.nearest(products, "look", query, { k: 2, atMs: at(50) });
      expect(found.entities).toEqual([
        { shop: "s", item: 1n },
        { shop: "s", item: 2n },
      ]);
      expect([...found.scores]).toEqual([1, expect.closeTo(0.9 / Math.hypot(0.9, 0.1), 6)]);
      expect([...found.eventTimeMs]).toEqual([at(0), at(10)]);
      expect(found.atMs).toBe(at(50));
      const items = async (minutes: number, options = {}): Promise<readonly bigint[]> => {
        const { entities } = await store.nearest(products, "look", query, { k: 9, atMs: at(minutes), ...options });
        return entities.map(({ item }) => item);
      };
      expect(await items(50)).toEqual([1n, 2n, -(2n ** 60n), 3n]);
      expect(await items(61), "item 1 expired").toEqual([2n, -(2n ** 60n), 3n]);
      expect(await items(90), "item 5 is known, all before 30 expired").toEqual([5n, -(2n ** 60n)]);
      expect(await items(50, { metric: "euclidean", k: 2 })).toEqual([1n, 2n]);
      const among = [
        { shop: "7:x", item: -(2n ** 60n) },
        { shop: "s", item: 3n },
        { shop: "7:x", item: 3n },
      ];
      expect(await items(50, { among })).toEqual([-(2n ** 60n), 3n]);
    },
    { vectors: memoryVectors() },
  ));

test("finds the same as reading every entity online and looking at each: drawn histories, pushed in any order", () =>
  withWorkbench(
    async ({ store }) => {
      const random = seededRandom("nearest");
      await store.register(service);
      let id = 0;
      for (let round = 0; round < 40; round++) {
        const rows = Array.from({ length: 12 }, () => {
          const eventAt = (round + random.int(4)) * 5; // of many one time, and known at it or before
          return {
            id: id++,
            item: BigInt(random.int(15)),
            look: random.int(5) === 0 ? null : [random.int(4) - 2, random.int(3), 1],
            at: eventAt,
            known: eventAt - random.int(10),
          };
        });
        await store.push(looks, rowsOf(...rows));
        const atMs = at(round * 5 + 25);
        const inputs = Array.from({ length: 15 }, (_, item) => ({ shop: "s", item: BigInt(item) }));
        const online = await Promise.all(inputs.map((input) => store.online(service, input, { atMs })));
        const expected = online
          .flatMap(({ features: { "products.look": cell } }, item) => {
            if (cell.status !== "present") return [];
            const distance = Math.hypot(...cell.value.map((x, i) => x - (query[i] ?? 0)));
            return [{ item, distance: Math.fround(distance) }];
          })
          .sort((a, b) => a.distance - b.distance || (String(a.item) < String(b.item) ? -1 : 1));
        const found = await store.nearest(products, "look", query, { k: 6, metric: "euclidean", atMs });
        expect(
          found.entities.map(({ item }) => Number(item)),
          `round ${round}`,
        ).toEqual(expected.slice(0, 6).map(({ item }) => item));
      }
    },
    { vectors: memoryVectors() },
  ));

test("another process's store in memory knows what was materialized before it, and since", () =>
  withWorkbench(
    async ({ datasets, store, options }) => {
      await datasets.commit(looks, [first]);
      await store.materialize(service, { to: at(15) });
      const clock = manualClock(at(50));
      const other = new FeatureStore({ ...options, clock, vectors: memoryVectors() });
      const items = async (): Promise<readonly bigint[]> =>
        (await other.nearest(products, "look", query, { k: 9 })).entities.map(({ item }) => item);
      expect(await items()).toEqual([1n, 6n, 2n]);
      await store.materialize(service, { to: at(60) });
      clock.advance(1000);
      expect(await items()).toEqual([1n, 2n, -(2n ** 60n), 3n]);
      await other.register(service);
      await other.push(looks, rowsOf({ id: 9, item: 9n, look: [1, 0, 0], at: 45 }));
      expect(await items()).toEqual([1n, 9n, 2n, -(2n ** 60n), 3n]);
    },
    { vectors: memoryVectors() },
  ));

test("a store that outlives its process is filled once where it is new, and then goes along with materializations", () => {
  const memory = memoryVectors();
  const puts: string[] = [];
  const vectors: VectorStore = {
    ...memory,
    capabilities: { ...memory.capabilities, durable: true },
    put: async (space, batch, call) => {
      if (space.feature === "look") puts.push(batch.ordinals?.join(" ") ?? "");
      await memory.put(space, batch, call);
    },
  };
  return withWorkbench(async ({ datasets, store, options }) => {
    await datasets.commit(looks, [first]);
    await store.materialize(service, { to: at(15) });
    const withVectors = new FeatureStore({ ...options, vectors });
    const items = async (): Promise<readonly bigint[]> =>
      (await withVectors.nearest(products, "look", query, { k: 9, atMs: at(50) })).entities.map(({ item }) => item);
    expect(await items()).toEqual([1n, 6n, 2n]);
    expect(puts).toEqual(["1 2 6"]);
    await withVectors.materialize(service, { to: at(60) });
    expect(await items()).toEqual([1n, 2n, -(2n ** 60n), 3n]);
    expect(puts, "each event once").toEqual(["1 2 6", "3 4 5 7"]);
    await datasets.commit(looks, [first, rowsOf({ id: 8, item: 8n, look: [1, 0, 0], at: 49 })]);
    await store.materialize(service, { to: at(61) });
    const other = new FeatureStore({ ...options, vectors });
    const { entities } = await other.nearest(products, "look", query, { k: 2, atMs: at(50) });
    expect(
      entities.map(({ item }) => item),
      "brought by a process without the vectors",
    ).toEqual([1n, 8n]);
  });
});

test("versions of a view lie side by side; what nothing in use names is dropped with its online data", () => {
  const vectors = memoryVectors();
  return withWorkbench(
    async ({ datasets, store, options }) => {
      await datasets.commit(looks, [first]);
      const [older, newer] = [viewOf("1h"), viewOf("2h")];
      for (const view of [older, newer]) await store.materialize(featureService("products", [view]), { to: at(60) });
      const size = (view: typeof older): Promise<number> =>
        vectors.size({ view: view.hash, feature: "look", dimension: 3 });
      const k = async (view: typeof older): Promise<number> =>
        (await store.nearest(view, "look", query, { k: 9, atMs: at(90) })).entities.length;
      expect([await k(older), await k(newer)]).toEqual([2, 5]);
      const later = new FeatureStore({ ...options, models: { versions: async () => [] } });
      await later.apply([featureService("products", [newer])]);
      expect((await later.collect()).views).toEqual([older.hash]);
      expect([await size(older), await size(newer)]).toEqual([0, 5]);
      await store.materialize(featureService("products", [older]), { to: at(60) });
      expect(await k(older)).toBe(2);
    },
    { vectors },
  );
});

test("an alias is searched by its own keys", () =>
  withWorkbench(
    async ({ datasets, store }) => {
      await datasets.commit(looks, [first]);
      const sold = alias("sold", products, { shop: "seller", item: "sold" });
      await store.materialize(featureService("sales", [sold]), { to: at(60) });
      const options = {
        k: 1,
        atMs: at(50),
        among: [
          { seller: "s", sold: 3n },
          { seller: "s", sold: 2n },
        ],
      };
      expect((await store.nearest(sold, "look", query, options)).entities).toEqual([{ seller: "s", sold: 2n }]);
    },
    { vectors: memoryVectors() },
  ));

test("refuses what cannot be searched, naming the view", () =>
  withWorkbench(
    async ({ store, options }) => {
      // @ts-expect-error a number is no vector
      const noVector = store.nearest(products, "price", query, { k: 1 });
      await expect(noVector).rejects.toMatchObject({
        code: "features/unknown-feature",
        found: '"price" of view "products", of type f64',
      });
      // @ts-expect-error the view has no such feature
      const nothing = store.nearest(products, "size", query, { k: 1 });
      await expect(nothing).rejects.toMatchObject({ found: 'no feature "size" of view "products"' });
      await expect(store.nearest(products, "look", [1, 0], { k: 1 })).rejects.toMatchObject({
        code: "features/invalid-input",
        found: 'a query of 2 numbers for "look" of view "products"',
      });
      for (const wrong of [{ k: 0 }, { k: 1, atMs: Number.NaN }])
        await expect(store.nearest(products, "look", query, wrong)).rejects.toMatchObject({ code: "argument/invalid" });
      await expect(store.nearest(products, "look", [1, Number.NaN, 0], { k: 1 })).rejects.toMatchObject({
        code: "argument/invalid",
      });
      const { vectors: _vectors, ...without } = options;
      await expect(new FeatureStore(without).nearest(products, "look", query, { k: 1 })).rejects.toMatchObject({
        code: "argument/invalid",
        fix: expect.stringContaining("vectors"),
      });
    },
    { vectors: memoryVectors() },
  ));

test("a push to a view by itself brings its vectors too", () =>
  withWorkbench(
    async ({ store }) => {
      await store.push(products, first);
      const found = await store.nearest(products, "look", query, { k: 1, atMs: at(50) });
      expect(found.entities).toEqual([{ shop: "s", item: 1n }]);
    },
    { vectors: memoryVectors() },
  ));

test("a caller that gives up takes nothing from those who wait for the same vectors", () =>
  withWorkbench(async ({ datasets, store, options }) => {
    await datasets.commit(looks, [first]);
    await store.materialize(service, { to: at(60) });
    const inner = memoryVectors();
    const leaving = new AbortController();
    const vectors: VectorStore = {
      ...inner,
      put: async (...args) => {
        leaving.abort(new Error("left"));
        await inner.put(...args);
      },
    };
    const other = new FeatureStore({ ...options, vectors });
    const gone = other.nearest(products, "look", query, { k: 1, atMs: at(50), signal: leaving.signal });
    const stays = other.nearest(products, "look", query, { k: 1, atMs: at(50) });
    const [left, found] = await Promise.allSettled([gone, stays]);
    expect(left).toMatchObject({ status: "rejected", reason: { message: "left" } });
    expect(found).toMatchObject({ status: "fulfilled", value: { entities: [{ shop: "s", item: 1n }] } });
  }));
