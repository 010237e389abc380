import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";

interface Sample {
  readonly features: Float64Array;
  readonly labels: Float64Array;
}

function sample(rows: number, weights: readonly number[], bias: number, seed: string): Sample {
  const random = seededRandom(seed);
  const features = new Float64Array(rows * weights.length);
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let score = bias;
    weights.forEach((weight, j) => {
      const value = random.normal() * (j + 1) + 10 * j;
      features[i * weights.length + j] = value;
      score += weight * value;
    });
    labels[i] = random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { features, labels };
}

test("recovers the weights that made the data", () => {
  const truth = [0.8, -0.5, 0.1];
  const { features, labels } = sample(40_000, truth, 1.5, "recovery");
  const model = fitLogistic({ values: features, rows: 40_000, width: 3, labels });
  for (const [j, weight] of model.weights.entries()) expect(Math.abs(weight - (truth[j] ?? 0))).toBeLessThan(0.05);
  expect(Math.abs(model.bias - 1.5)).toBeLessThan(0.5);
});

test("at the maximum the gradient of the likelihood is zero", () => {
  const rows = 2000;
  const { features, labels } = sample(rows, [1, -1], 9, "gradient");
  const { weights, bias } = fitLogistic({ values: features, rows, width: 2, labels }, { l2: 1e-12 });
  const gradient = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const x = [features[2 * i] ?? 0, features[2 * i + 1] ?? 0, 1];
    const score = bias + (weights[0] ?? 0) * (x[0] ?? 0) + (weights[1] ?? 0) * (x[1] ?? 0);
    const residual = (labels[i] ?? 0) - 1 / (1 + Math.exp(-score));
    x.forEach((value, j) => {
      gradient[j] = (gradient[j] ?? 0) + residual * value;
    });
  }
  for (const part of gradient) expect(Math.abs(part / rows)).toBeLessThan(1e-8);
});

test("the same rows give the same bits, and a constant input gets weight 0", () => {
  const { features, labels } = sample(500, [1, 0.2], 0, "bits");
  for (let i = 0; i < 500; i++) features[2 * i + 1] = 3;
  const first = fitLogistic({ values: features, rows: 500, width: 2, labels });
  expect(fitLogistic({ values: features, rows: 500, width: 2, labels })).toEqual(first);
  expect(first.weights[1]).toBe(0);
});

test("separable data stays finite under the penalty", () => {
  const model = fitLogistic(
    { values: Float64Array.of(1, 2, 3, 4), rows: 4, width: 1, labels: [0, 0, 1, 1] },
    { l2: 0.01 },
  );
  expect(Number.isFinite(model.weights[0])).toBe(true);
  expect(model.weights[0]).toBeGreaterThan(0);
});

test.each([
  ["a NaN input", [1, Number.NaN], [0, 1]],
  ["one kind of label", [1, 2], [1, 1]],
  ["a label that is neither", [1, 2], [0, 2]],
  ["too few labels", [1, 2], [1]],
])("%s is refused", (_, features, labels) => {
  expect(() => fitLogistic({ values: Float64Array.from(features), rows: 2, width: 1, labels })).toThrow(
    expect.objectContaining({ code: "argument/invalid" }),
  );
});

test("each refusal says what to do about it", () => {
  const rows = { rows: 2, width: 1, values: Float64Array.of(1, 2), labels: [0, 1] };
  for (const [act, fix] of [
    [() => fitLogistic(rows, { l2: -1 }), "1e-6"],
    [() => fitLogistic({ ...rows, labels: [1, 1] }), "has both"],
    [() => fitLogistic({ ...rows, labels: [0, 2] }), "boolean"],
    [() => fitLogistic({ ...rows, values: Float64Array.of(1, Number.NaN) }), "impute"],
    [() => fitLogistic({ ...rows, width: 2 }), "rows × width"],
  ] as const) {
    expect(act).toThrow(expect.objectContaining({ code: "argument/invalid", fix: expect.stringContaining(fix) }));
  }
});
