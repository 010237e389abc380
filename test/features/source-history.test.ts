import { expect, test } from "vitest";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import type { Digest } from "../../src/core/digest.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const visits = plainDataset("visits", { id: t.float64, time: t.instant, shop: t.utf8 }, { id: "id" });
const service = featureService("visits-v1", [
  featureView("load", {
    source: visits,
    entities: [entity("shop", { shop: t.utf8 })],
    windows: { n: count().over("1h") },
  }),
]);
const rows = (from: number, to: number) =>
  tableFromRows(
    Array.from({ length: to - from }, (_, i) => ({ id: from + i, time: start + from + i, shop: "S" })),
    visits.columns,
  );
const spine = makeTable({
  ...tableFromRows([{ shop: "S" }], { shop: t.utf8 }).columns,
  at: { tag: "instant", values: Float64Array.of(start + 1000) },
});

test("training on ever newer versions leaves two of them in the offline store; an older one is read again when asked for", async () => {
  const offline = memoryOffline();
  await withWorkbench(
    async ({ datasets, store }) => {
      const digests: Digest[] = [];
      const counted = async (version?: Digest) => {
        const sources = version === undefined ? {} : { sources: { visits: version } };
        return (await store.training(service, { spine, at: "at", ...sources })).table.columns["load.n"]?.values[0];
      };
      for (let i = 0; i < 5; i++) {
        digests.push((await datasets.commit(visits, [rows(i * 10, i * 10 + 10)])).digest);
        expect(await counted()).toBe((i + 1) * 10);
      }
      const held = async () => (await Promise.all(digests.map((digest) => offline.has(digest)))).map(Number);
      expect(await held()).toEqual([0, 0, 0, 1, 1]);
      expect(await counted(digests[0])).toBe(10);
      expect(await held()).toEqual([1, 0, 0, 0, 1]);
      // Many at once, more versions than are kept: none is taken from under a reader.
      const answers = await Promise.all([...digests, ...digests].map((digest) => counted(digest)));
      expect(answers).toEqual([10, 20, 30, 40, 50, 10, 20, 30, 40, 50]);
      expect((await held()).reduce((sum, one) => sum + one, 0)).toBe(2);
    },
    { offline },
  );
});

test("one caller's abort is not another's", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(visits, [rows(0, 10)]);
    const aborted = AbortSignal.abort(new Error("no more"));
    const [first, second] = await Promise.allSettled([
      store.training(service, { spine, at: "at", signal: aborted }),
      store.training(service, { spine, at: "at" }),
    ]);
    expect(first.status).toBe("rejected");
    expect(second.status).toBe("fulfilled");
  });
});
