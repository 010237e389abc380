import { expect, test } from "vitest";
import { monitor } from "../../src/monitoring/monitor.ts";
import { servedBatch } from "../support/memory-prediction-log.ts";
import { driftOptions, normals, openMonitoring, reference, startMs } from "./monitoring-bench.ts";

test("status tells silence from calm: unseen, filling, watching, and for how long nothing came", async () => {
  const bench = await openMonitoring();
  const { stage, clock, predictions } = bench;
  await stage.arm(monitor(driftOptions), { reference, fromMs: startMs });
  clock.advance(60_000);
  expect(await stage.evaluate()).toEqual([]);
  expect(await stage.status()).toMatchObject([
    { monitor: "inputs", model: "delay", sight: "unseen", silentMs: 60_000, waitingRows: 0, insufficientInARow: 0 },
  ]);
  await predictions.append(servedBatch("delay", "a", startMs + 60_000, normals("a", 30, 0), new Float64Array(30)));
  clock.advance(100);
  await stage.evaluate();
  expect(await stage.status()).toMatchObject([{ sight: "filling", waitingRows: 30, silentMs: 71 }]);
  await predictions.append(servedBatch("delay", "b", startMs + 60_100, normals("b", 30, 0), new Float64Array(30)));
  clock.advance(86_400_000);
  await stage.evaluate();
  expect(await stage.status()).toMatchObject([
    {
      sight: "watching",
      waitingRows: 10,
      windows: { ok: 1, bad: 0, insufficient: 0 },
      lastPredictionMs: startMs + 60_129,
      silentMs: 86_400_000 - 29,
    },
  ]);
});

test("a monitor whose labels do not come is blind, not calm", async () => {
  const { stage, clock, predictions } = await openMonitoring();
  const signal = { kind: "performance", metric: "auc", output: "p", outcome: "late", labelDelay: "1s" } as const;
  const threshold = { kind: "bound", min: 0.7, minCoverage: 0.9 } as const;
  await stage.arm(monitor({ ...driftOptions, signal, threshold }), { fromMs: startMs });
  await predictions.append(servedBatch("delay", "a", startMs, normals("a", 100, 0), new Float64Array(100)));
  clock.advance(500);
  await stage.evaluate();
  expect(await stage.status()).toMatchObject([{ sight: "filling", waitingRows: 100 }]);
  clock.advance(10_000);
  await stage.evaluate();
  expect(await stage.status()).toMatchObject([
    { sight: "blind", waitingRows: 0, insufficientInARow: 2, windows: { ok: 0, bad: 0, insufficient: 2 } },
  ]);
});

test("an open alert says by how long its acknowledgement is overdue", async () => {
  const { stage, clock, predictions } = await openMonitoring();
  await stage.arm(monitor({ ...driftOptions, fire: { bad: 1, of: 1 } }), { reference, fromMs: startMs });
  await predictions.append(servedBatch("delay", "a", startMs, normals("a", 50, 6), new Float64Array(50)));
  clock.advance(50);
  await stage.evaluate();
  clock.advance(4 * 3_600_000 + 5);
  const [late] = await stage.status();
  expect(late).toMatchObject({ openAlert: { episode: 1, state: "open" }, overdueMs: 5 });
  await stage.acknowledge(late?.openAlert?.id ?? "", { actor: "ops", comment: "on it" });
  expect(await stage.status()).toMatchObject([{ openAlert: { state: "acknowledged" }, overdueMs: 0 }]);
});
