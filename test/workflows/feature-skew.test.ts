import { expect, test } from "vitest";
import { manualClock } from "../../src/core/clock.ts";
import { monitor } from "../../src/monitoring/monitor.ts";
import { checkServingSkew } from "../../src/workflows/check-serving-skew.ts";
import {
  delayModel,
  type Flight,
  flights,
  ingestFlights,
  openLoop,
  service,
  someFlights,
  startMs,
  toProduction,
  trainingOf,
  trainVersion,
} from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { featureService, onDemand, openWorkspace, request, rowsSource, t } from "../../src/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Workspace } from "../../src/workspace.ts";

const minute = 60_000;
const skewed = monitor({
  id: "delay-skew",
  model: "delay",
  signal: { kind: "feature-skew", historyDelay: "2h" },
  windowRows: 50,
  threshold: { kind: "bound", max: 0.02, minCoverage: 0.9 },
  fire: { bad: 1, of: 1 },
  response: {
    owner: "ops",
    runbook: ["print ws.features.skew(service)"],
    actions: [{ do: "notify", via: "log" }],
    ackWithin: "4h",
  },
});

/** Trains and promotes on 600 flights, then serves the next ones minute by minute; `push` gives what the online store gets. */
async function servedLoop(push: (row: Flight) => Flight | undefined) {
  const clock = manualClock(startMs + 600 * minute);
  const folder = temporaryFolder();
  const ws = await openLoop(folder, clock);
  const rows = someFlights(720);
  await ingestFlights(ws, rows.slice(0, 600));
  const training = await trainingOf(ws, rows.slice(100, 400));
  const { version } = await trainVersion(ws, training, await trainingOf(ws, rows.slice(400, 600)));
  await toProduction(ws, version);
  await ws.features.materialize(service, { to: startMs + 599 * minute });
  await ws.monitoring.arm(skewed, { fromMs: startMs, actor: "ann" });
  const router = await ws.serving.router(delayModel, { unit: ({ flight }) => flight });
  for (const row of rows.slice(600)) {
    clock.set(row.date);
    await router.predict({ flight: String(row.flight), origin: row.origin, distance: row.distance });
    const pushed = push(row);
    if (pushed !== undefined) await ws.features.push(flights, tableFromRows([{ ...pushed }], flights.columns));
  }
  await router.flush();
  clock.advance(10 * minute);
  await ws.data.ingest(flights, rowsSource(rows.slice(600)));
  return { ws, clock, training, folder };
}

const windowsOf = async (ws: Workspace) =>
  (await ws.tick()).windows.map(({ outcome, measured, reason }) => ({ outcome, measured, reason }));

test("what a router serves is read from the prediction log; a clean run is equal to the bit, and the monitor says so when history is there", {
  timeout: 60_000,
}, async () => {
  const { ws, clock, training } = await servedLoop((row) => row);
  const skew = await ws.features.skew(service);
  expect(skew.rows).toBe(120);
  expect(skew.total.equal).toBe(120 * 5);
  expect(await windowsOf(ws)).toEqual([]);
  clock.advance(2 * 60 * minute);
  const windows = await windowsOf(ws);
  expect(windows.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
  expect(windows[0]?.measured).toMatchObject({ share: 0, definition: 0, late: 0, smape: 0, coverage: 1 });

  const served = await ws.features.served(service);
  expect(served.rowCount).toBe(120);
  const outcomes = await checkServingSkew(training, served, { features: ["risk.far"] });
  expect(outcomes).toMatchObject([{ check: "skew", columns: ["risk.far"], outcome: "pass" }]);
  expect(await checkServingSkew(training, await ws.features.served(service, { toMs: startMs }))).toHaveLength(5);
  expect((await checkServingSkew(training, await ws.features.served(service, { toMs: startMs })))[0]?.outcome).toBe(
    "insufficientHistory",
  );
  await ws.close();
});

test("events that never came online open an alert with the share of cells, and the report says that they are missing", {
  timeout: 60_000,
}, async () => {
  const { ws, clock } = await servedLoop((row) => (row.flight % 3 === 0 ? undefined : row));
  clock.advance(2 * 60 * minute);
  const windows = await windowsOf(ws);
  expect(windows[0]?.outcome).toBe("bad");
  expect(windows[0]?.reason).toContain("more than a share of 0.02");
  expect(windows[0]?.measured).toMatchObject({ definition: 0 });
  const [alert] = await ws.monitoring.alerts("delay-skew");
  expect(alert?.cause).toContain("cells differ from history");
  const { causes } = (await ws.features.skew(service)).total;
  expect(causes.definition + causes.unexplained).toBe(0);
  expect(causes.late + causes.missing).toBeGreaterThan(100);
  await ws.close();
});

test("another value online than in history is bad whatever the bound", { timeout: 60_000 }, async () => {
  const { ws, clock } = await servedLoop((row) => (row.flight === 610 ? { ...row, delay: row.delay + 100 } : row));
  clock.advance(2 * 60 * minute);
  const [first] = await windowsOf(ws);
  expect(first?.outcome).toBe("bad");
  expect(first?.reason).toContain("definition skew");
  await ws.close();
});

test("a service that this process does not know is no good sign: the monitor is blind", {
  timeout: 60_000,
}, async () => {
  const { ws, clock, folder } = await servedLoop((row) => row);
  await ws.close();
  clock.advance(3 * 60 * minute);
  const another = await openLoop(folder, clock);
  const [blind] = await windowsOf(another);
  expect(blind).toMatchObject({ outcome: "insufficient", measured: { coverage: 0 } });
  expect(blind?.reason).toContain('feature service "delay-v1"');
  await another.features.apply([service]);
  expect((await another.features.skew(service)).share).toBe(0);
  await another.close();
});

test("what is read without a model is logged where the workspace is asked to, across openings", async () => {
  const folder = temporaryFolder();
  const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(100) }) });
  const trips = featureService("trips", [trip]);
  const first = await openWorkspace({ path: folder, featureLog: { rate: 1 } });
  await first.features.vectors(trips, [{ km: 30 }, { km: 300 }]);
  await first.features.online(trips, { km: 7 });
  expect((await first.features.skew(trips)).rows).toBe(3);
  await first.features.online(trips, { km: 8 });
  await first.close();
  const second = await openWorkspace(folder);
  await second.features.online(trips, { km: 9 });
  const skew = await second.features.skew(trips);
  expect([skew.rows, skew.share]).toEqual([4, 0]);
  expect((await second.features.served(trips, { limit: 2 })).columns["trip.far"]?.values).toEqual(Uint8Array.of(0, 0));
  await second.close();
});

test("a monitor of feature skew takes a max, and a delay of history", () => {
  const { threshold, signal, ...rest } = skewed;
  const bound = { kind: "bound", minCoverage: 0.9 } as const;
  for (const wrong of [
    { ...rest, signal, threshold: { ...bound, min: 0.1 } },
    { ...rest, signal, threshold: { ...bound, max: 1.5 } },
    { ...rest, signal, threshold: { kind: "calibrated", falseAlarmRate: 0.1, minEffect: 0.1 } as const },
    { ...rest, signal: { kind: "feature-skew" } as never, threshold },
  ])
    expect(() => monitor(wrong)).toThrow(expect.objectContaining({ code: "argument/invalid" }));
});
