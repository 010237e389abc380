import { expect, test } from "vitest";
import { count, entity, featureService, featureView, mean, t } from "../../src/features/index.ts";
import type { Table } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const at = (minutes: number): number => start + minutes * minute;
const readings = plainDataset(
  "readings",
  { id: t.float64, time: t.instant, sensor: t.utf8, value: t.float64 },
  { id: "id" },
);
const base = { source: readings, entities: [entity("sensor", { sensor: t.utf8 })] };
const recent = featureView("recent", { ...base, windows: { n: count().over("30m") }, latest: { value: "value" } });
const service = featureService("sensors", [recent]);
const rows = (from: number, to: number): Table =>
  tableFromRows(
    Array.from({ length: to - from }, (_, i) => ({ id: from + i, time: at(from + i), sensor: "A", value: from + i })),
    readings.columns,
  );
const asked = Array.from({ length: 90 }, (_, i) => ({ sensor: i % 9 === 0 ? "B" : "A" }));
const instants = Float64Array.from(asked, (_, i) => at(i + 0.5));

test("a hole in the online store is repaired; what is newer stays, and the watermark too", async () => {
  await withWorkbench(async ({ datasets, store, options }) => {
    await datasets.commit(readings, [rows(0, 60)]);
    await store.materialize(service, { to: at(20) });
    await store.push(readings, rows(40, 60)); // 21 to 39 were lost on the way
    const broken = await store.vectors(service, asked, { atMs: instants });
    expect((await store.replay(service, { ...broken, inputs: asked })).different).toBeGreaterThan(0);
    const stages: string[] = [];
    const filled = await store.backfill(service, {
      from: at(21),
      to: at(39),
      rowsAtOnce: 4,
      onProgress: ({ stage }) => stages.push(stage),
    });
    expect(filled).toEqual({ views: 1, events: 19, skipped: 0 });
    expect(stages.length).toBeGreaterThan(4);
    expect((await options.ledger.audit.read({ subject: "sensors" })).at(-1)).toMatchObject({
      kind: "features.backfilled",
      body: { of: "service", hash: service.hash, fromMs: at(21), toMs: at(39) },
    });
    expect(await store.backfill(service, { from: at(21), to: at(39) })).toMatchObject({ events: 0 });
    const whole = await store.vectors(service, asked, { atMs: instants });
    expect(await store.replay(service, { ...whole, inputs: asked })).toMatchObject({ different: 0 });
    const { features } = await store.online(service, { sensor: "A" }, { atMs: at(90) });
    expect(features["recent.value"], "nothing newer is overwritten").toMatchObject({ value: 59 });
  });
});

test("a new view over old data: backfilled by itself, stopped by a signal, gone on with", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(readings, [rows(0, 60)]);
    await store.register(service);
    const warm = featureView("warm", { ...base, windows: { warmth: mean("value").over("20m") } });
    const controller = new AbortController();
    const options = { from: at(0), to: at(59), rowsAtOnce: 10 };
    const stopped = store.backfill(warm, {
      ...options,
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === "materializing warm" && done >= 30) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    const rest = await store.backfill(warm, options);
    expect(rest.events, "what was brought over is not brought again").toBeLessThan(60);
    const later = featureService("later", [warm]);
    const read = await store.vectors(later, asked, { atMs: instants });
    expect(await store.replay(later, { ...read, inputs: asked })).toMatchObject({ different: 0 });
  });
});
