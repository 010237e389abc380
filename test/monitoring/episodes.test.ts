import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { monitor } from "../../src/monitoring/monitor.ts";
import { servedBatch } from "../support/memory-prediction-log.ts";
import { driftOptions, type MonitoringBench, normals, openMonitoring, reference, startMs } from "./monitoring-bench.ts";

/** Serves one window of 50 at a time: a bad one is shifted far away. */
async function serve(bench: MonitoringBench, windows: readonly boolean[], name: string): Promise<void> {
  for (const [i, isBad] of windows.entries()) {
    const at = bench.clock.nowMs();
    const x = normals(`${name}/${i}`, 50, isBad ? 6 : 0);
    await bench.predictions.append(servedBatch("delay", `${name}/${i}/`, at, x, new Float64Array(50)));
    bench.clock.advance(50);
  }
}

test("an alert rises when m of the last n windows are bad, once an episode, and not by windows of a resolved one", async () => {
  const random = seededRandom("episodes");
  const bench = await openMonitoring();
  let raised = 0;
  for (const [bad, of] of [
    [1, 1],
    [2, 3],
    [3, 3],
    [2, 5],
  ] as const) {
    const id = `fire-${bad}-of-${of}`;
    const { stage } = bench;
    await stage.arm(monitor({ ...driftOptions, id, model: "delay", fire: { bad, of } }), {
      reference,
      fromMs: bench.clock.nowMs(),
    });
    let since: boolean[] = [];
    let isOpen = false;
    let expected = 0;
    for (let i = 0; i < 14; i++) {
      const isBad = random.next() < 0.45;
      await serve(bench, [isBad], `${id}/${i}`);
      const judged = await stage.evaluate();
      expect(judged.filter((window) => window.monitor === id).map((window) => window.outcome)).toEqual([
        isBad ? "bad" : "ok",
      ]);
      since.push(isBad);
      if (!isOpen && isBad && since.slice(-of).filter(Boolean).length >= bad) {
        isOpen = true;
        expected += 1;
      }
      const alerts = await stage.alerts(id);
      expect(alerts.map((alert) => alert.episode)).toEqual(Array.from({ length: expected }, (_, n) => n + 1));
      const open = alerts.find((alert) => alert.state === "open");
      expect(open !== undefined).toBe(isOpen);
      if (open !== undefined && random.next() < 0.4) {
        await stage.resolve(open.id, { actor: "ops", comment: "mended" });
        isOpen = false;
        since = [];
      }
    }
    raised += expected;
    await stage.disarm(id, { actor: "ops", reason: "next case" });
  }
  expect(raised).toBeGreaterThan(4);
});

test("arming the same again keeps the place; another definition begins anew, without the bad windows of the old one", async () => {
  const bench = await openMonitoring();
  const { stage } = bench;
  const options = { reference, fromMs: startMs };
  await stage.arm(monitor({ ...driftOptions, fire: { bad: 2, of: 2 } }), options);
  await serve(bench, [true], "a");
  await stage.evaluate();
  await stage.arm(monitor({ ...driftOptions, fire: { bad: 2, of: 2 } }), { ...options, fromMs: startMs + 5 });
  expect(await stage.evaluate()).toEqual([]);
  await stage.arm(monitor({ ...driftOptions, fire: { bad: 2, of: 3 } }), { reference, fromMs: bench.clock.nowMs() });
  await serve(bench, [true], "b");
  expect((await stage.evaluate()).map((window) => [window.position, window.outcome])).toEqual([[1, "bad"]]);
  expect(await stage.alerts()).toEqual([]);
  await serve(bench, [true], "c");
  await stage.evaluate();
  expect(await stage.alerts()).toHaveLength(1);
});

test("four processes that evaluate at once judge every window once, and raise and answer one alert", async () => {
  const bench = await openMonitoring();
  const definition = monitor(driftOptions);
  await bench.stage.arm(definition, { reference, fromMs: startMs });
  await serve(bench, [false, true, true, false, true, true], "w");
  const stages = [bench.stage, bench.another(), bench.another(), bench.another()];
  const judged = (await Promise.all(stages.map((stage) => stage.evaluate()))).flat();
  for (const stage of stages) await stage.evaluate();
  expect(judged.map((window) => window.position).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect((await bench.stage.windows("inputs")).map((window) => window.outcome)).toEqual([
    "ok",
    "bad",
    "bad",
    "ok",
    "bad",
    "bad",
  ]);
  const [alert, ...more] = await bench.stage.alerts();
  expect(more).toEqual([]);
  expect(new Set(bench.delivered.map((one) => one.id))).toEqual(new Set([alert?.id]));
  expect(bench.started).toEqual(["inputs/1"]);
  expect((await bench.audit.read()).map((record) => record.kind)).toEqual(["monitor.armed", "alert.raised"]);
});

test("an alert is traced to the versions whose predictions raised it", async () => {
  const bench = await openMonitoring();
  await bench.stage.arm(monitor({ ...driftOptions, fire: { bad: 1, of: 1 } }), { reference, fromMs: startMs });
  const batch = servedBatch("delay", "v", startMs, normals("v", 50, 6), new Float64Array(50));
  await bench.predictions.append({ ...batch, version: batch.version.map((_, row) => (row < 5 ? 3 : 2)) });
  await bench.stage.evaluate({ untilMs: startMs + 100 });
  const [alert] = await bench.stage.alerts();
  const { children } = await bench.lineage.upstream(`alert:${alert?.id ?? ""}`);
  expect(children.map(({ node }) => node).sort()).toEqual(["model-version:delay@2", "model-version:delay@3"]);
});

test("a resolved alert cannot be acknowledged back to life, and an unknown monitor cannot be disarmed", async () => {
  const bench = await openMonitoring();
  await bench.stage.arm(monitor({ ...driftOptions, fire: { bad: 1, of: 1 } }), { reference, fromMs: startMs });
  await serve(bench, [true], "a");
  await bench.stage.evaluate();
  const id = (await bench.stage.alerts())[0]?.id ?? "";
  const by = { actor: "ops", comment: "c" };
  await bench.stage.resolve(id, by);
  expect(await bench.stage.acknowledge(id, by)).toMatchObject({ state: "resolved" });
  expect((await bench.stage.resolve(id, by)).state).toBe("resolved");
  expect((await bench.stage.alerts())[0]?.state).toBe("resolved");
  expect((await bench.audit.read()).filter((record) => record.kind.startsWith("alert."))).toHaveLength(2);
  await expect(bench.stage.disarm("nobody", { actor: "ops", reason: "r" })).rejects.toMatchObject({
    code: "monitoring/not-found",
  });
});

test("a process without the sink does not count an alert as delivered; disarming leaves the alert to be answered", async () => {
  const bench = await openMonitoring();
  await bench.stage.arm(monitor({ ...driftOptions, fire: { bad: 1, of: 1 } }), { reference, fromMs: startMs });
  await serve(bench, [true], "a");
  const poor = bench.another([]);
  await poor.evaluate();
  expect(await poor.alerts()).toHaveLength(1);
  expect(bench.delivered).toEqual([]);
  expect(bench.started).toEqual(["inputs/1"]);
  await poor.disarm("inputs", { actor: "ops", reason: "noisy" });
  await bench.stage.evaluate();
  expect(bench.delivered).toHaveLength(1);
});
