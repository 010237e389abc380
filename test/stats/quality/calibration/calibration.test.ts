import fc from "fast-check";
import { expect, test } from "vitest";
import { applyIsotonic, fitIsotonic } from "../../../../src/stats/quality/calibration/isotonic.ts";
import { applyPlatt, fitPlatt } from "../../../../src/stats/quality/calibration/platt.ts";
import { applyTemperature, fitTemperature } from "../../../../src/stats/quality/calibration/temperature.ts";
import { logLoss } from "../../../../src/stats/quality/probabilistic/probability-losses.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, labelledRows } from "../draws.ts";

const stored = <T>(model: T): T => JSON.parse(JSON.stringify(model)) as T;

test("isotonic: pooled means, corners only, both directions", () => {
  // sklearn.isotonic.isotonic_regression([5, 3, 1, 2, 8, 10, 7, 9, 6, 4])
  const x = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const model = computed(fitIsotonic(x, [5, 3, 1, 2, 8, 10, 7, 9, 6, 4]));
  const fitted = applyIsotonic(stored(model), x);
  expect(Array.from(fitted, (v) => Number(v.toFixed(10)))).toEqual([
    2.75, 2.75, 2.75, 2.75, 7.3333333333, 7.3333333333, 7.3333333333, 7.3333333333, 7.3333333333, 7.3333333333,
  ]);
  expect(model.x).toEqual([0, 3, 4, 9]);
  const falling = computed(fitIsotonic([1, 2, 3], [3, 1, 2], { direction: "decreasing" }));
  expect(falling.y).toEqual([3, 1.5, 1.5]);
  const heavy = computed(fitIsotonic([1, 1, 2], [0, 1, 0.2], { weights: [1, 3, 1] }));
  expect(heavy.y.map((v) => Number(v.toFixed(12)))).toEqual([0.64, 0.64]);
});

test("isotonic is monotone, keeps the mean, and is its own fit", () => {
  const point = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.double({ min: -10, max: 10, noNaN: true }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (rows) => {
      const [x, y] = columns(rows);
      const model = computed(fitIsotonic(x, y));
      for (let i = 1; i < model.y.length; i++) expect(model.y[i]).toBeGreaterThanOrEqual(model.y[i - 1] ?? 0);
      const fitted = Array.from(applyIsotonic(model, x));
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(sum(fitted)).toBeCloseTo(sum(y), 9);
      const again = applyIsotonic(computed(fitIsotonic(x, fitted)), x);
      for (const [i, each] of fitted.entries()) expect(again[i]).toBeCloseTo(each, 9);
    }),
    { seed: 61 },
  );
});

test("Platt: the gradient is 0, the order is kept, and the loss is no worse than that of the prior", () => {
  fc.assert(
    fc.property(labelledRows, (rows) => {
      const [scores, labels] = columns(rows);
      const model = fitPlatt(scores, labels);
      if (reasonOf(model) !== undefined) return;
      const p = applyPlatt(stored(computed(model)), scores);
      const positives = labels.filter((label) => label === 1).length;
      const targets = labels.map((label) =>
        label === 1 ? (positives + 1) / (positives + 2) : 1 / (labels.length - positives + 2),
      );
      const gap = (weight: (i: number) => number): number =>
        targets.reduce((sum, t, i) => sum + (t - (p[i] ?? 0)) * weight(i), 0);
      expect(gap(() => 1)).toBeCloseTo(0, 8);
      expect(gap((i) => scores[i] ?? 0)).toBeCloseTo(0, 8);
    }),
    { seed: 62 },
  );
});

test("temperature: stated overconfidence is undone", () => {
  const logits = [9, 0, 9, 0, 0, 9, 9, 0];
  const model = computed(fitTemperature(logits, [0, 0, 1, 1]));
  expect(model.temperature).toBeCloseTo(9 / Math.log(3), 9);
  const p = applyTemperature(stored(model), logits, { classes: 2 });
  expect(p[0]).toBeCloseTo(0.75, 10);
  expect((p[2] ?? 0) + (p[3] ?? 0)).toBeCloseTo(1, 14);
  const loss = (values: ArrayLike<number>): number =>
    computed(
      logLoss(
        Array.from(values).filter((_, i) => i % 2 === 1),
        [0, 0, 1, 1],
      ),
    ).value;
  expect(loss(p)).toBeLessThan(
    loss(applyTemperature({ kind: "temperature", version: 1, temperature: 1 }, logits, { classes: 2 })),
  );
  expect(applyTemperature(model, [1e308, -1e308], { classes: 2 })[0]).toBe(1);
});

test("what has no fit says why; misuse is refused; extremes stay finite", () => {
  expect(reasonOf(fitPlatt([1, 1], [0, 1]))).toBe("constant");
  expect(reasonOf(fitPlatt([1, 2], [1, 1]))).toBe("one-class");
  expect(reasonOf(fitPlatt([], []))).toBe("empty");
  expect(reasonOf(fitPlatt([Infinity, 1], [0, 1]))).toBe("infinite");
  expect(reasonOf(fitIsotonic([], []))).toBe("empty");
  expect(reasonOf(fitIsotonic([1], [Number.NaN]))).toBe("nan");
  expect(reasonOf(fitIsotonic([1], [1], { weights: [0] }))).toBe("zero-denominator");
  expect(reasonOf(fitTemperature([1, 0, 0, 1], [0, 1]))).toBe("out-of-range");
  expect(reasonOf(fitTemperature([1, 0, 0, 1], [1, 0]))).toBe("out-of-range");
  expect(reasonOf(fitTemperature([0, 0], [1]))).toBe("constant");
  expect(reasonOf(fitTemperature([Infinity, 0], [1]))).toBe("infinite");
  const wide = computed(fitPlatt([-1e308, 1e308, -1e308, 1e308], [0, 1, 1, 0]));
  for (const p of applyPlatt(wide, [-1e308, 0, 1e308])) expect(p).toBeCloseTo(0.5, 6);
  expect(Array.from(applyIsotonic(computed(fitIsotonic([-1e308, 1e308], [0, 1])), [0]))).toEqual([0.5]);
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => fitPlatt([1, 2], [0, 2]));
  refused(() => applyPlatt({ kind: "platt", version: 1, a: Number.NaN, b: 0 }, [1]));
  refused(() => applyPlatt({ kind: "platt", version: 1, a: 1, b: 0 }, [Number.NaN]));
  refused(() => fitIsotonic([1], [1], { direction: "up" as never }));
  refused(() => applyIsotonic({ kind: "isotonic", version: 1, x: [], y: [] }, [1]));
  refused(() => applyTemperature({ kind: "temperature", version: 1, temperature: 0 }, [1, 2], { classes: 2 }));
  refused(() => applyTemperature({ kind: "temperature", version: 1, temperature: 1 }, [1, 2, 3], { classes: 2 }));
  refused(() => fitTemperature([1, 2], [5]));
});

test("a stored model that no fit returned is refused", () => {
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  const isotonic = (x: unknown, y: unknown): void =>
    refused(() => applyIsotonic({ kind: "isotonic", version: 1, x, y } as never, [1]));
  isotonic([1, Number.NaN], [0, 1]);
  isotonic([1, 2], [0, Number.NaN]);
  isotonic([1, null], [0, 1]);
  isotonic([1, "2"], [0, 1]);
  isotonic([2, 1], [0, 1]);
  isotonic([1, 1], [0, 1]);
  isotonic([1, 2, 3], [0, 1, 0.5]);
  isotonic([1, 2, 3], [1, 0, 0.5]);
  isotonic([1, Infinity], [0, 1]);
  isotonic([1, 2], [0]);
  isotonic(undefined, undefined);
  isotonic([1], undefined);
  for (const model of [undefined, null, 1, {}, { kind: "isotonic" }] as never[]) {
    refused(() => applyIsotonic(model, [1]));
    refused(() => applyPlatt(model, [1]));
    refused(() => applyTemperature(model, [1, 2], { classes: 2 }));
  }
  refused(() => applyPlatt({ kind: "platt", version: 1, a: "1", b: 0 } as never, [1]));
  refused(() => applyPlatt({ kind: "platt", version: 2, a: 1, b: 0 } as never, [1]));
  refused(() => applyTemperature({ kind: "temperature", version: 1 } as never, [1, 2], { classes: 2 }));
  expect(Array.from(applyIsotonic({ kind: "isotonic", version: 1, x: [1, 2, 3], y: [1, 1, 0] }, [2.5]))).toEqual([0.5]);
});
