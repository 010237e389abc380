import { expect, test } from "vitest";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const trips = plainDataset("trips", { id: t.float64, time: t.instant, depot: t.utf8, delay: t.float64 }, { id: "id" });
const view = featureView("recent", {
  source: trips,
  entities: [entity("depot", { depot: t.utf8 })],
  windows: { n: count().over("1h") },
  latest: { delay: "delay" },
});
const service = featureService("trips-v1", [view]);
const asked = plainDataset("asked", { time: t.instant, depot: t.utf8 });

for (const [name, offline] of [
  ["memory", () => memoryOffline()],
  ["DuckDB", () => duckdbOffline({ path: ":memory:" })],
] as const) {
  test(`a version without rows is a history of nothing, and a spine of nothing: ${name}`, () =>
    withWorkbench(
      async ({ store, datasets }) => {
        await datasets.commit(trips, []);
        const spine = await datasets.commit(asked, []);
        const nobody = await store.training(service, { spine, at: "time" });
        expect(nobody.table.rowCount).toBe(0);
        expect(Object.keys(nobody.table.columns)).toEqual(["time", "depot", "recent.n", "recent.delay"]);
        const one = tableFromRows([{ time: start, depot: "D0" }], asked.columns);
        const { table } = await store.training(service, { spine: one, at: "time" });
        expect(table.columns["recent.n"]?.values).toEqual(Float64Array.of(0));
        expect(table.columns["recent.delay"]?.states).toEqual(Uint8Array.of(2));
        expect(await store.materialize(service, { to: start })).toEqual({ views: 1, events: 0, skipped: 0 });
      },
      { offline: offline() },
    ));
}
