import { expect, test } from "vitest";
import { judgePerformance } from "../../src/monitoring/detectors/performance.ts";
import { brierScore, logLoss } from "../../src/stats/quality/probabilistic/probability-losses.ts";
import { servedBatch } from "../support/memory-prediction-log.ts";
import { computed } from "../stats/computed.ts";

test("the losses of a window and their intervals are those of its rows one by one, certain mistakes among them", () => {
  const p = Float64Array.of(0, 1, 0.25, 0.7, 0.5, 1);
  const late = [1, 0, 1, 0, 0, 1];
  const batch = servedBatch("delay", "id", 0, new Float64Array(p.length), p);
  const rows = Array.from(p, (_, row) => ({ batch, row }));
  const window = { rows, fromMs: 0, toMs: p.length, cursor: { segment: 1, rows: p.length } };
  const outcomes = new Map(
    late.map((label, i) => [`id${i}`, { predictionId: `id${i}`, timeMs: i, values: { late: label } }]),
  );
  for (const [metric, loss] of [["logLoss", logLoss] as const, ["brier", brierScore] as const]) {
    const signal = { kind: "performance", metric, output: "p", outcome: "late", labelDelay: "1s" } as const;
    const { outcome, measured } = judgePerformance(
      window,
      signal,
      { kind: "bound", max: 1e3, minCoverage: 1 },
      outcomes,
    );
    expect(outcome).toBe("ok");
    const single = Array.from(p, (value, i) => computed(loss([value], [late[i] ?? 0])).value);
    const mean = single.reduce((sum, value) => sum + value, 0) / 6;
    const half = 1.959963984540054 * Math.sqrt(single.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5 / 6);
    expect(measured[metric]).toBeCloseTo(mean, 11);
    expect(measured["lower"]).toBeCloseTo(mean - half, 11);
    expect(measured["upper"]).toBeCloseTo(mean + half, 11);
  }
});
