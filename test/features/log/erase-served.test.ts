import { expect, test } from "vitest";
import { z } from "zod";
import { manualClock } from "../../../src/core/clock.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import {
  alias,
  count,
  entity,
  featureService,
  featureView,
  mean,
  onDemand,
  request,
  SqlFeatureLog,
  t,
} from "../../../src/features/index.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const orders = dataset("orders", {
  schema: z.object({
    id: z.number().int(),
    time: z.date(),
    buyer: z.string(),
    shop: z.number().int(),
    price: z.number(),
  }),
  eventTime: "time",
  id: "id",
});
const spending = featureView("spending", {
  source: orders,
  entities: [entity("person", { person: t.utf8 })],
  keyColumns: { person: "buyer" },
  windows: { mean: mean("price").over("6h"), n: count().over("6h") },
});
const shops = featureView("shops", {
  source: orders,
  entities: [entity("shop", { shop: t.float64 })],
  windows: { n: count().over("6h") },
});
const friend = alias("friend", spending, { person: "friend" });
const computed = onDemand("computed", {
  inputs: [friend, request({ x: t.float64 })],
  features: ({ friend: { n }, x }) => ({ much: n.mul(x) }),
});
const alone = featureService("alone", [spending]);
const pairs = featureService("pairs", [spending, computed]);
const shopping = featureService("shopping", [shops]);

const order = (id: number, buyer: string, shop: number) => {
  return { id, time: new Date(start + id * minute), buyer, shop, price: 10 * id };
};
const rows = [order(1, "ann", 7), order(2, "bob", 7), order(3, "ann", 8), order(4, "bob", 9)];
const erasure = { where: { buyer: "ann" }, reason: "request 9", actor: "ada" };

async function openShop() {
  const folder = temporaryFolder();
  const clock = manualClock(start + 10 * minute);
  const metadata = sqliteMetadata({ path: `${folder}/metadata.sqlite` });
  const ws = await openWorkspace({ path: folder, clock, metadata, featureLog: { rate: 1 } });
  await ws.features.apply([alone, pairs, shopping]);
  await ws.data.ingest(orders, rowsSource(rows));
  for (const service of [alone, pairs, shopping]) await ws.features.materialize(service, { to: start + 5 * minute });
  return { ws, clock, metadata };
}

test("an erasure reaches what was served of the entity, in every service, and says so in the audit log", async () => {
  const { ws, clock, metadata } = await openShop();
  const inputs = [{ person: "ann" }, { person: "bob" }];
  const atMs = Float64Array.of(clock.nowMs(), clock.nowMs());
  const served = await ws.features.vectors(alone, inputs, { atMs });
  await ws.features.online(pairs, { person: "bob", friend: "ann", x: 2 });
  await ws.features.online(pairs, { person: "bob", friend: "bob", x: 2 });
  await ws.features.onlineMany(shopping, [{ shop: 7 }, { shop: 8 }, { shop: 9 }]);
  expect((await ws.features.skew(alone)).rows).toBe(2);

  clock.advance(minute);
  const { rows: erased, served: gone } = await ws.data.erase("orders", erasure);
  // Ann herself, the pair with her as a friend, and the shops whose counts her orders were in.
  expect({ erased, gone }).toEqual({ erased: 2, gone: 1 + 1 + 2 });
  const events = await ws.audit({ subject: "orders" });
  expect(events.filter(({ kind }) => kind === "features.erased")).toMatchObject([
    { actor: "ada", body: { dataset: "orders", reason: "request 9", entities: 3 } },
  ]);
  const sql = metadata.sql.withTables<{ feature_log_segment: { segment: Uint8Array; rows: number } }>();
  const segments = await sql.selectFrom("feature_log_segment").selectAll().execute();
  expect(segments.reduce((sum, each) => sum + each.rows, 0)).toBe(3);
  for (const { segment } of segments) expect(Buffer.from(segment).includes("ann")).toBe(false);
  expect(JSON.stringify(events.map(({ body }) => body))).not.toContain("ann");

  // What history has no more is said to be erased, and not to differ; what it has is compared as ever.
  const replayed = await ws.features.replay(alone, { ...served, inputs });
  expect(replayed).toEqual({ cells: 2, different: 0, byFeature: {}, erased: 1 });
  expect(String(replayed)).toBe("2 cells: all equal to the bit; 1 rows of erased entities are left out");
  const skew = await ws.features.skew(alone);
  expect([skew.rows, skew.erased, skew.total.causes.definition]).toEqual([1, 0, 0]);

  // The same entity served anew, later, is an entity like any other.
  clock.advance(minute);
  await ws.features.online(alone, { person: "ann" });
  expect((await ws.features.skew(alone)).rows).toBe(2);
  await ws.close();
});

test("an entity without rows is erased by its key, buffered rows come too late, rows of a push are found", async () => {
  const { ws, clock, metadata } = await openShop();
  await ws.features.online(alone, { person: "eve" });
  await ws.features.online(alone, { person: "dan" });
  await ws.features.push(orders, [order(20, "dan", 9)], { to: "offline" });
  clock.advance(minute);
  // Nothing is stored yet: the reader buffers for a second.
  expect(await ws.data.erase("orders", { ...erasure, where: { buyer: ["eve", "zoe"] } })).toMatchObject({ served: 0 });
  expect(await ws.data.erase("orders", { ...erasure, where: { id: 20 } })).toMatchObject({ rows: 1 });
  const skew = await ws.features.skew(alone); // flushes
  expect([skew.rows, String(skew).includes("nothing was logged")]).toEqual([0, true]);
  const logged = new SqlFeatureLog(metadata).read(alone, -Infinity, Infinity);
  for await (const batch of logged) throw new Error(`${batch.rows} rows`);
  await ws.close();
});

test("an erasure that died before it removed anything hides the rows, and the next one removes them", async () => {
  const { ws, clock, metadata } = await openShop();
  await ws.features.vectors(alone, [{ person: "ann" }, { person: "bob" }]);
  await ws.features.skew(alone); // flushes
  clock.advance(minute);
  const { servedRecords } = await import("../../../src/features/log/erase-served.ts");
  const { SqlAuditLog } = await import("../../../src/ledger/sql-audit-log.ts");
  const { SqlLineageStore } = await import("../../../src/ledger/sql-lineage-store.ts");
  const { SqlChangeFeed } = await import("../../../src/ledger/sql-change-feed.ts");
  const wiring = { metadata, clock };
  const ledger = {
    audit: new SqlAuditLog(wiring),
    lineage: new SqlLineageStore(wiring),
    changes: new SqlChangeFeed(wiring),
  };
  await servedRecords({ ...wiring, ledger }).begin("orders", { ...erasure, rows: [] }); // and no finish
  expect((await ws.features.skew(alone)).rows).toBe(1);
  expect((await ws.features.served(alone)).rowCount).toBe(1);
  expect(await ws.data.erase("orders", { ...erasure, where: { buyer: "nobody" } })).toMatchObject({
    rows: 0,
    served: 1,
  });
  await ws.close();
});
