import { expect, test } from "vitest";
import type { ManualClock } from "../../../src/core/clock.ts";
import { uuidV7Ids } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  LoggedFeatureReader,
  nullable,
  onDemand,
  request,
  SqlFeatureLog,
  t,
} from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";

// Skew of a view whose look-ups are of kinds that are not logged: what is computed from them is explained all the same.

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2024, 2, 1);
const orders = plainDataset(
  "orders",
  {
    id: t.int32,
    time: t.instant,
    card: t.utf8,
    shop: nullable(t.utf8),
    reference: nullable(t.int64),
    face: nullable(t.vector(2)),
    cents: nullable(t.float64),
  },
  { id: "id" },
);
const recent = featureView("recent", {
  source: orders,
  entities: [entity("card", { card: t.utf8 })],
  ttl: "5h",
  windows: { n: count().over("3h") },
  latest: { shop: "shop", reference: "reference", face: "face", cents: "cents" },
});
const derived = onDemand("derived", {
  inputs: [recent, request({ at: t.utf8 })],
  features: ({ recent: { shop, n }, at }) => ({ same: shop.eq(at), letters: shop.orElse("").length().add(n) }),
});
const service = featureService("orders", [recent, derived]);
const none = { definition: 0, late: 0, missing: 0, expired: 0, unexplained: 0 };

test.each(["clean", "late", "missing"] as const)(
  "%s: what is computed from texts differs for the reason that the text does, never by definition",
  async (plant) => {
    for (const seed of [1, 2, 3]) {
      await withWorkbench(async ({ options, datasets }) => {
        const clock = options.clock as ManualClock;
        clock.set(start);
        const log = new SqlFeatureLog(options.metadata);
        const store = new FeatureStore({ ...options, retention: "30d", served: [log] });
        const reader = new LoggedFeatureReader({ features: store, log, clock, ids: uuidV7Ids(clock), rate: 1 });
        await store.register(service);
        const random = seededRandom(`${plant} ${seed}`);
        const maybe = <T>(value: T): T | null => (random.int(5) === 0 ? null : value);
        const rows = Array.from({ length: 30 }, (_, id) => ({
          id,
          time: start + id * 20 * minute,
          card: ["A", "B"][random.int(2)] ?? "A",
          shop: maybe(["x", "yy", "zzz"][random.int(3)] ?? "x"),
          reference: maybe(2n ** 60n + BigInt(random.int(3))),
          face: maybe([random.int(3), -0]),
          cents: maybe(random.int(5)),
        }));
        const table = (kept: readonly (typeof rows)[number][]) => tableFromRows(kept, orders.columns);
        const there = plant === "clean" ? rows : rows.filter(() => random.int(4) > 0);
        await store.push(orders, table(there));
        await datasets.commit(orders, [table(plant === "late" ? there : rows)]);
        for (let i = 0; i < 12; i++) {
          const atMs = start + i * hour;
          clock.set(Math.max(atMs, clock.nowMs()));
          await reader.online(service, { card: ["A", "B"][i % 2] ?? "A", at: "yy" }, { atMs });
        }
        clock.advance(hour);
        if (plant === "late") await datasets.commit(orders, [table(rows.filter((row) => !there.includes(row)))]);
        await reader.flush();
        const skew = await store.skew(service);
        expect(skew.notCompared).toEqual(["recent.shop", "recent.reference", "recent.face"]);
        const { causes, cells, equal } = skew.total;
        expect(cells).toBe(12 * 4);
        if (plant === "clean") expect(causes).toEqual(none);
        else {
          expect(equal).toBeLessThan(cells);
          expect({ ...causes, [plant]: 0, ...(plant === "missing" && { expired: 0 }) }).toEqual(none);
        }
        await reader.close();
      });
    }
  },
);
