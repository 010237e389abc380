import { expect, test } from "vitest";
import type { AlertSink } from "../../src/contracts/monitor.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type MonitorOptions, monitor } from "../../src/monitoring/monitor.ts";
import { servedBatch } from "../support/memory-prediction-log.ts";
import { driftOptions, normals, openMonitoring, reference, startMs } from "./monitoring-bench.ts";

const drift: MonitorOptions = { ...driftOptions, windowRows: 200 };

test("a monitor without owner, runbook or action is refused, and so is one whose actions name what is not there", async () => {
  const { stage } = await openMonitoring();
  const withResponse = (response: MonitorOptions["response"]): MonitorOptions => ({ ...drift, response });
  expect(() => monitor(withResponse({ ...drift.response, owner: " " }))).toThrow("without an owner");
  expect(() => monitor(withResponse({ ...drift.response, runbook: "" }))).toThrow("without a runbook");
  await expect(
    stage.arm(monitor(withResponse({ ...drift.response, actions: [{ do: "notify", via: "fax" }] })), { reference }),
  ).rejects.toThrow('the sink "fax"');
  await expect(
    stage.arm(monitor(withResponse({ ...drift.response, actions: [{ do: "retrain", pipeline: "nope" }] })), {
      reference,
    }),
  ).rejects.toThrow('the pipeline "nope"');
  await expect(stage.arm(monitor(drift))).rejects.toThrow("without a reference for view.x");
});

test("calm windows are ok; a shift raises one alert for its episode, tells the sink once and starts the pipeline once", async () => {
  const { stage, predictions, clock, delivered, started, audit } = await openMonitoring();
  await stage.arm(monitor(drift), { reference, fromMs: startMs });
  await predictions.append(servedBatch("delay", "calm", startMs, normals("calm", 1000, 0), new Float64Array(1000)));
  clock.set(startMs + 1000);
  expect((await stage.evaluate()).map((window) => window.outcome)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(await stage.alerts()).toEqual([]);

  await predictions.append(
    servedBatch("delay", "shifted", startMs + 1000, normals("shifted", 1000, 1), new Float64Array(1000)),
  );
  clock.set(startMs + 2000);
  expect((await stage.evaluate()).map((window) => window.outcome)).toEqual(["bad", "bad", "bad", "bad", "bad"]);
  const [alert, ...more] = await stage.alerts();
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ monitor: "inputs", episode: 1, state: "open" });
  expect(alert?.cause).toContain("view.x PSI");
  await stage.evaluate();
  expect(delivered.map((one) => one.id)).toEqual([alert?.id]);
  expect(started).toEqual(["inputs/1"]);
  const records = await audit.read();
  expect(records.map((record) => record.kind)).toEqual(["monitor.armed", "alert.raised"]);
  const bad = (await stage.windows("inputs")).find(({ outcome }) => outcome === "bad");
  expect(records[1]?.body).toMatchObject({ model: "delay", sinceMs: bad?.fromMs });
  expect((await stage.definitions()).map(({ id, model }) => [id, model])).toEqual([["inputs", "delay"]]);
  expect((await audit.verify()).valid).toBe(true);
});

test("a resolved alert lets the next episode rise", async () => {
  const { stage, predictions } = await openMonitoring();
  await stage.arm(monitor(drift), { reference, fromMs: startMs });
  await predictions.append(servedBatch("delay", "a", startMs, normals("a", 600, 2), new Float64Array(600)));
  await stage.evaluate({ untilMs: startMs + 600 });
  const [first] = await stage.alerts();
  await stage.resolve(first?.id ?? "", { actor: "ops", comment: "feed mended" });
  await predictions.append(servedBatch("delay", "b", startMs + 600, normals("b", 600, 2), new Float64Array(600)));
  await stage.evaluate({ untilMs: startMs + 1200 });
  expect((await stage.alerts()).map((alert) => [alert.episode, alert.state])).toEqual([
    [1, "resolved"],
    [2, "open"],
  ]);
});

test("an action that fails stays open and is repeated until it succeeds", async () => {
  const bench = await openMonitoring();
  const { predictions } = bench;
  let broken = true;
  const flaky: AlertSink = {
    name: "pager",
    deliver: (alert) => {
      if (broken) return Promise.reject(new Error("no network"));
      bench.delivered.push(alert);
      return Promise.resolve();
    },
  };
  const stage = bench.another([flaky]);
  await stage.arm(monitor(drift), { reference, fromMs: startMs });
  await predictions.append(servedBatch("delay", "a", startMs, normals("a", 600, 2), new Float64Array(600)));
  await stage.evaluate({ untilMs: startMs + 600 });
  expect(bench.delivered).toEqual([]);
  broken = false;
  await stage.evaluate({ untilMs: startMs + 600 });
  await stage.evaluate({ untilMs: startMs + 600 });
  expect(bench.delivered).toHaveLength(1);
});

test("a partial window waits, and evaluation goes on where it stopped, also in a new process", async () => {
  const bench = await openMonitoring();
  const { stage, predictions } = bench;
  await stage.arm(monitor(drift), { reference, fromMs: startMs });
  const x = normals("all", 700, 0);
  await predictions.append(servedBatch("delay", "a", startMs, x.slice(0, 350), new Float64Array(350)));
  expect(await stage.evaluate({ untilMs: startMs + 350 })).toHaveLength(1);
  await predictions.append(servedBatch("delay", "b", startMs + 350, x.slice(350), new Float64Array(350)));
  const again = bench.another();
  const windows = await again.evaluate({ untilMs: startMs + 700 });
  expect(windows.map((window) => [window.position, window.fromMs - startMs, window.toMs - startMs])).toEqual([
    [1, 200, 399],
    [2, 400, 599],
  ]);
});

test("performance is judged by labels that came late, and too few labels are never ok", async () => {
  const { stage, predictions } = await openMonitoring();
  const performance = monitor({
    ...drift,
    id: "auc",
    signal: { kind: "performance", metric: "auc", output: "p", outcome: "late", labelDelay: "1s" },
    threshold: { kind: "bound", min: 0.75, minCoverage: 0.9 },
    fire: { bad: 1, of: 1 },
  });
  await stage.arm(performance, { fromMs: startMs });
  const random = seededRandom("labels");
  const labels = Array.from({ length: 600 }, () => random.next() < 0.3);
  const good = Float64Array.from(labels, (late) => (late ? 0.6 : 0.4) + 0.3 * (random.next() - 0.5));
  const useless = Float64Array.from(labels, () => random.next());
  const p = Float64Array.from(labels, (_, i) => (i < 200 ? good : useless)[i] ?? 0);
  await predictions.append(servedBatch("delay", "id", startMs, new Float64Array(600), p));
  const outcomes = labels.map((late, i) => ({ predictionId: `id${i}`, timeMs: startMs + i + 500, values: { late } }));
  await predictions.outcomes("delay", outcomes.slice(0, 450));
  expect(await stage.evaluate({ untilMs: startMs + 700 })).toEqual([]);
  const windows = await stage.evaluate({ untilMs: startMs + 10_000 });
  expect(windows.map((window) => window.outcome)).toEqual(["ok", "bad", "insufficient"]);
  expect(windows[2]?.reason).toContain("25.0% of the predictions are labelled");
  expect(await stage.alerts("auc")).toHaveLength(1);
});
