import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { count, entity, FeatureStore, featureService, featureView, t } from "../../src/features/index.ts";
import { PushLog } from "../../src/features/push/push-log.ts";
import { MaterializationLog } from "../../src/features/store/materialization-log.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const minute = 60_000;
const readings = plainDataset("readings", { id: t.float64, time: t.instant, sensor: t.utf8 }, { id: "id" });
const over = (window: string) =>
  featureView("recent", {
    source: readings,
    entities: [entity("sensor", { sensor: t.utf8 })],
    windows: { n: count().over(window) },
  });
const former = featureService("sensors", [over("1h")]);
const current = featureService("sensors", [over("2h")]);
const view = former.views[0]?.hash ?? "";
const rows = tableFromRows(
  Array.from({ length: 60 }, (_, id) => ({ id, time: start + id * minute, sensor: "A" })),
  readings.columns,
);
const to = start + 59 * minute;
const models = { versions: async () => [] };

test("what waits for a view online is forgotten only by who holds the view's lease", async () => {
  await withWorkbench(
    async ({ options, datasets, store }) => {
      await datasets.commit(readings, [rows]);
      await store.materialize(former, { to });
      await store.apply([current]);
      // A push to both that was cut off after its rows were durable.
      const pushes = new PushLog(options);
      await pushes.append("readings", { table: rows, nulls: "exact" }, [view]);
      const log = new MaterializationLog(options);
      const claim = await log.claim(view, 30_000);
      const collecting = new FeatureStore(options);
      await expect(collecting.collect()).rejects.toMatchObject({ code: "features/busy" });
      expect(await pushes.pending([view])).toHaveLength(1);
      await log.release(claim);
      expect(await collecting.collect({ dryRun: true })).toMatchObject({ views: [view] });
      expect(await pushes.pending([view])).toHaveLength(1);
      expect(await collecting.collect()).toMatchObject({ views: [view] });
      expect(await pushes.pending([view])).toEqual([]);
      // A view of which nothing is online may be waited for all the same.
      await pushes.append("readings", { table: rows, nulls: "exact" }, [view]);
      expect(await collecting.collect()).toMatchObject({ views: [] });
      expect(await pushes.pending([view])).toEqual([]);
    },
    { models },
  );
});

test("a view that comes into use, and is filled, while a collection is under way is not dropped", async () => {
  let meanwhile: (() => Promise<void>) | undefined;
  const online = memoryOnline();
  const watched: OnlineStore = {
    ...online,
    extent: async (of) => {
      const extent = await online.extent(of);
      const work = meanwhile;
      meanwhile = undefined;
      await work?.();
      return extent;
    },
  };
  await withWorkbench(
    async ({ options, datasets, store }) => {
      await datasets.commit(readings, [rows]);
      await store.materialize(former, { to: to - 30 * minute });
      await store.apply([current]);
      const other = new FeatureStore({ ...options, online });
      meanwhile = async () => {
        await other.apply([former]);
        await other.materialize(former, { to });
      };
      expect(await new FeatureStore(options).collect()).toMatchObject({ views: [] });
      const { features } = await other.online(former, { sensor: "A" }, { atMs: to + 1 });
      expect(features["recent.n"]).toMatchObject({ value: 60 });
    },
    { models, online: watched },
  );
});
