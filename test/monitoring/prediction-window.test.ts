import fc from "fast-check";
import { expect, test } from "vitest";
import type { PredictionBatch } from "../../src/contracts/prediction-log.ts";
import { predictionWindows, type WindowCursor } from "../../src/monitoring/prediction-window.ts";
import { memoryPredictionLog, servedBatch } from "../support/memory-prediction-log.ts";

type Made = { readonly fromMs: number; readonly rows: number; readonly shadows: readonly boolean[] };

function batchOf({ fromMs, rows, shadows }: Made, index: number): PredictionBatch {
  const batch = servedBatch("m", `${index}/`, fromMs, new Float64Array(rows), new Float64Array(rows));
  return { ...batch, role: batch.role.map((role, row) => (shadows[row % shadows.length] === true ? "shadow" : role)) };
}

const made = fc.record({
  fromMs: fc.integer({ min: 0, max: 60 }),
  rows: fc.integer({ min: 1, max: 12 }),
  shadows: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
});

test("every served prediction is in one window, whatever their times, however late a segment comes, however often one looks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(made, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), async (segments, windowRows) => {
      const log = memoryPredictionLog();
      let after: WindowCursor = { segment: 0, rows: 0 };
      const seen: string[] = [];
      for (const [index, one] of segments.entries()) {
        await log.append(batchOf(one, index));
        const range = { model: "m", after, fromMs: 10, untilMs: Infinity };
        for await (const window of predictionWindows(log, range, windowRows)) {
          expect(window.rows).toHaveLength(windowRows);
          const times = window.rows.map(({ batch, row }) => batch.timeMs[row] ?? Number.NaN);
          expect([window.fromMs, window.toMs]).toEqual([Math.min(...times), Math.max(...times)]);
          seen.push(...window.rows.map(({ batch, row }) => batch.ids[row] ?? ""));
          after = window.cursor;
        }
      }
      const served = segments.flatMap((one, index) => {
        const batch = batchOf(one, index);
        return batch.ids.filter((_, row) => batch.role[row] !== "shadow" && (batch.timeMs[row] ?? 0) >= 10);
      });
      expect(seen).toEqual(served.slice(0, served.length - (served.length % windowRows)));
    }),
    { numRuns: 200, seed: 7 },
  );
});

test("a prediction of the future waits, and is judged when its time has come", async () => {
  const log = memoryPredictionLog();
  await log.append(servedBatch("m", "a", 0, new Float64Array(10), new Float64Array(10)));
  const ids = async (untilMs: number): Promise<readonly string[]> => {
    const range = { model: "m", after: { segment: 0, rows: 0 }, fromMs: 0, untilMs };
    const found: string[] = [];
    for await (const window of predictionWindows(log, range, 2))
      found.push(window.rows.map(({ batch, row }) => batch.ids[row]).join(" "));
    return found;
  };
  expect(await ids(5)).toEqual(["a0 a1", "a2 a3"]);
  expect(await ids(10)).toHaveLength(5);
});
