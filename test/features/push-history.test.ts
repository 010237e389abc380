import pg from "pg";
import { expect, test } from "vitest";
import { z } from "zod";
import { tableToArrow } from "../../src/backends/arrow/index.ts";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { completeness } from "../../src/data/index.ts";
import { dataset } from "../../src/data/dataset.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const readings = dataset("readings", {
  schema: z.object({ id: z.number().int(), time: z.date(), sensor: z.string().min(1), value: z.number().nullable() }),
  eventTime: "time",
  id: "id",
  checks: [completeness("value", { atLeast: 0.4 })],
});
const recent = featureView("recent", {
  source: readings,
  entities: [entity("sensor", { sensor: t.utf8 })],
  windows: { n: count().over("1h") },
  latest: { value: "value" },
  ttl: "1d",
});
const service = featureService("sensors", [recent]);

type Reading = {
  readonly id: number;
  readonly time: Date;
  readonly sensor: string;
  readonly value: number | null;
};
const reading = (id: number, value: number | null = id, atMinute = id): Reading => ({
  id,
  time: new Date(start + atMinute * minute),
  sensor: "A",
  value,
});
const spine = (...minutes: number[]) =>
  tableFromRows(
    minutes.map((at) => ({ sensor: "A", at: start + at * minute })),
    { sensor: t.utf8, at: t.instant },
  );

test("many pushes to history become one version at the flush, each id once, with lineage; what is buffered is told", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  for (let id = 0; id < 10; id++) {
    const { buffered, events, views } = await ws.features.push(readings, [reading(id)], { to: "offline" });
    expect([buffered.rows, events, views]).toEqual([id + 1, 0, 0]);
    expect(buffered.sinceMs).toBeGreaterThan(0);
  }
  await ws.features.push(readings, [reading(3, 99), reading(10), reading(10, 77)], { to: "offline" });
  expect(await ws.data.head("readings")).toBeUndefined();
  const [flushed] = await ws.features.flush();
  expect(flushed).toMatchObject({ dataset: "readings", outcome: "committed", rows: 11, repeated: 2, quarantined: 0 });
  expect(await ws.data.versions("readings")).toHaveLength(1);
  const table = await ws.data.read("readings");
  expect(table.columns["id"]?.values).toEqual(Float64Array.from({ length: 11 }, (_, id) => id));
  expect(table.columns["value"]?.values[3], "the first row of an id counts").toBe(3);
  expect(await ws.features.flush(), "nothing is left").toEqual([]);
  const digest = flushed?.version?.digest;
  if (digest === undefined) throw new Error("no version");
  expect(JSON.stringify(await ws.upstream(`dataset:${digest}`))).toContain("source:push:readings#sha256:");
  expect(flushed?.version?.checks.map(({ outcome }) => outcome)).toEqual(["pass"]);
  // What is in history already counts once, also in a later flush.
  await ws.features.push(readings, [reading(10, 5), reading(11)], { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 1, repeated: 1 }]);
  await ws.features.push(readings, [reading(11)], { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "unchanged", rows: 0, repeated: 1 }]);
  expect((await ws.data.head("readings"))?.rows).toBe(12);
});

test("a push to both is online at once and in history after a tick, with the same values", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  const first = await ws.features.push(readings, [reading(0), reading(1, null), reading(2)], { to: "both" });
  expect(first).toMatchObject({ views: 1, events: 3, skipped: 0, buffered: { rows: 3 } });
  expect(await ws.features.push(readings, [reading(2)], { to: "both" })).toMatchObject({ events: 0 });
  const { pushed } = await ws.tick();
  expect(pushed).toMatchObject([{ dataset: "readings", outcome: "committed", rows: 3, repeated: 1, events: 0 }]);
  const at = [1, 2, 3, 60].map((m) => start + m * minute);
  const online = await ws.features.vectors(
    service,
    at.map(() => ({ sensor: "A" })),
    { atMs: Float64Array.from(at) },
  );
  const report = await ws.features.replay(service, { ...online, inputs: at.map(() => ({ sensor: "A" })) });
  expect(report).toMatchObject({ different: 0 });
});

test("late data never overwrites newer, online and in history", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  await ws.features.push(readings, [reading(50)], { to: "both" });
  await ws.features.flush();
  await ws.features.push(readings, [reading(7, 7, 20)], { to: "both" });
  await ws.features.flush();
  const { features } = await ws.features.online(service, { sensor: "A" }, { atMs: start + 60 * minute });
  expect(features["recent.value"]).toMatchObject({ value: 50 });
  const training = await ws.features.training(service, { spine: spine(30, 60), at: "at" });
  expect(training.table.columns["recent.value"]?.values).toEqual(Float64Array.of(7, 50));
});

test("rows as objects, our tables and Arrow tables; integers of engines are taken", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  const arrow = tableToArrow(
    makeTable({
      other: { tag: "f64", values: Float64Array.of(1, 2) },
      id: { tag: "i32", values: Int32Array.of(1, 2) },
      value: { tag: "f64", values: Float64Array.of(0.5, 1.5) },
      sensor: { tag: "utf8", values: Int32Array.of(0, 1), dictionary: ["A", "B"] },
      time: { tag: "instant", values: Float64Array.of(start, start + minute) },
    }),
  );
  await ws.features.push(readings, arrow, { to: "both" });
  await ws.features.push(readings, tableFromRows([reading(3)], readings.columns), { to: "both" });
  await ws.features.push(readings, [reading(4)], { to: "both" });
  expect(await ws.features.flush()).toMatchObject([{ rows: 4 }]);
  const table = await ws.data.read("readings");
  expect(table.columns["id"]?.values).toEqual(Float64Array.of(1, 2, 3, 4));
  expect(table.columns["time"]?.values).toEqual(
    Float64Array.of(start, start + minute, start + 3 * minute, start + 4 * minute),
  );
  await ws.features.push(readings, arrow);
  const { features } = await ws.features.online(service, { sensor: "B" }, { atMs: start + 2 * minute });
  expect(features["recent.value"]).toMatchObject({ value: 1.5 });
});

test("rows that the schema or a check refuses are in the quarantine, and nothing waits behind them", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.push(readings, [reading(1), { ...reading(2), sensor: "" }], { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 1, quarantined: 1 }]);
  await ws.features.push(readings, [{ ...reading(3), sensor: "" }], { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "refused", rows: 0, quarantined: 1 }]);
  await ws.features.push(readings, [reading(4, null), reading(5, null)], { to: "offline" });
  const [failed] = await ws.features.flush();
  expect(failed).toMatchObject({ outcome: "refused", quarantined: 2 });
  expect(failed?.reasons.join()).toContain("completeness");
  await ws.features.push(readings, [reading(6, null)], { to: "offline" });
  expect(await ws.features.flush({ onFailure: "warn" })).toMatchObject([{ outcome: "committed", rows: 1 }]);
  expect(await ws.features.flush()).toEqual([]);
  expect((await ws.data.head("readings"))?.rows).toBe(2);
  expect((await ws.data.head("readings.quarantine"))?.rows).toBe(4);
});

test("what cannot become history is refused before anything is done", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  const to = { to: "both" } as const;
  const refused = async (work: Promise<unknown>, code: string): Promise<void> => {
    await expect(work).rejects.toMatchObject({ code });
    expect((await ws.features.push(readings, [], { to: "offline" })).buffered.rows).toBe(0);
  };
  const table = tableFromRows([reading(1)], readings.columns);
  const { value: _, ...withoutValue } = table.columns;
  const { sensor: __, ...withoutSensor } = table.columns;
  await refused(
    ws.features.push(readings, { ...table, columns: withoutSensor }, { to: "offline" }),
    "data/missing-column",
  );
  await refused(ws.features.push(readings, [{ ...reading(1), id: 0.5 }], to), "features/invalid-input");
  await refused(ws.features.push(readings, [{ ...reading(1), value: "x" }], to), "table/type-mismatch");
  const somewhere = { to: "somewhere" as "both" };
  await refused(ws.features.push(readings, [reading(1)], somewhere), "argument/invalid");
  const other = dataset("other", { schema: z.object({ time: z.date() }), eventTime: "time" });
  await refused(ws.features.push(other, [{ time: new Date(start) }], { to: "offline" }), "definition/invalid");
  await ws.features.push(readings, { ...table, columns: withoutValue }, { to: "offline" });
  expect(await ws.features.flush({ onFailure: "warn" }), "an absent value is not a null").toMatchObject([
    { outcome: "refused" },
  ]);
  await ws.data.commit(readings, [table]);
  const changed = dataset("readings", {
    schema: z.object({ id: z.number().int(), time: z.date() }),
    eventTime: "time",
    id: "id",
  });
  await refused(
    ws.features.push(changed, [{ id: 1, time: new Date(start) }], { to: "offline" }),
    "definition/conflict",
  );
});

test("another process goes on: what it knows becomes history, what it does not know waits", async () => {
  const folder = temporaryFolder();
  const first = await openWorkspace(folder);
  await first.features.push(readings, [reading(1)], { to: "offline" });
  await first.close();
  const second = await openWorkspace(folder);
  expect(await second.features.flush()).toMatchObject([{ dataset: "readings", outcome: "waiting", rows: 0 }]);
  await second.features.apply([service]);
  expect(await second.features.flush()).toMatchObject([{ outcome: "committed", rows: 1 }]);
  await second.close();
});

describePostgres("pushes to history with metadata in Postgres", (server) => {
  test("two stores push and flush at once: every id is in history once, and nothing is left in the log", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    const options = { path: temporaryFolder(), metadata: postgresMetadata({ pool, schema: "pushes" }) };
    const stores = [await openWorkspace(options), await openWorkspace(options)] as const;
    for (const ws of stores) await ws.features.apply([service]);
    await Promise.all(
      stores.map(async (ws, which) => {
        for (let round = 0; round < 6; round++) {
          const rows = [0, 1, 2].map((i) => reading(round * 6 + which * 2 + i));
          await ws.features.push(readings, rows, { to: round % 2 === 0 ? "both" : "offline" });
          if (round % 3 === 2) await ws.features.flush();
        }
      }),
    );
    for (const ws of stores) await ws.features.flush();
    const table = await stores[0].data.read("readings");
    const expected = new Set(
      [0, 1].flatMap((which) => [0, 1, 2, 3, 4, 5].flatMap((round) => [0, 1, 2].map((i) => round * 6 + which * 2 + i))),
    );
    expect([...(table.columns["id"]?.values ?? [])].map(Number).sort((a, b) => a - b)).toEqual(
      [...expected].sort((a, b) => a - b),
    );
    expect((await stores[1].features.push(readings, [], { to: "offline" })).buffered.rows).toBe(0);
    for (const ws of stores) await ws.close();
    await pool.end();
  });
});
