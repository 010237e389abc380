import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { functionRuntime } from "../../../src/backends/function/function-runtime.ts";
import { linear } from "../../../src/backends/function/linear.ts";
import { linearRuntime } from "../../../src/backends/function/linear-runtime.ts";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import type { TrainingSet } from "../../../src/contracts/training-set.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { t } from "../../../src/features/index.ts";
import { Evaluator } from "../../../src/registry/evaluation/evaluator.ts";
import { plainModel } from "../../../src/registry/plain-model.ts";
import type { Column } from "../../../src/table/column.ts";
import { columnOf, makeTable } from "../../../src/table/table.ts";
import { openRegistry, type RegistryFixture } from "../registry-fixture.ts";

/** A linear score for each class, turned into probabilities. */
interface Softmax {
  readonly softmax: readonly (readonly number[])[];
}

const softmaxRuntime = functionRuntime<Softmax>({
  format: "softmax-v1",
  accepts: (value): value is Softmax => typeof value === "object" && value !== null && "softmax" in value,
  toJson: ({ softmax }) => ({ softmax }),
  signature: ({ softmax }) => ({ inputWidth: softmax[0]?.length ?? 0, outputWidth: softmax.length }),
  predict: ({ softmax }, { rows, values }, output) => {
    const width = softmax[0]?.length ?? 0;
    for (let i = 0; i < rows; i++) {
      const powers = softmax.map((weights) =>
        Math.exp(weights.reduce((sum, weight, j) => sum + weight * (values[i * width + j] ?? 0), 0)),
      );
      const sum = powers.reduce((a, b) => a + b, 0);
      powers.forEach((power, k) => {
        output[i * softmax.length + k] = power / sum;
      });
    }
  },
});

const inputs = { x: t.float64, y: t.float64 };
const request = z.object({ x: z.number(), y: z.number() });
const featureInput = (row: { readonly x: number; readonly y: number }) => row;
const colour = plainModel("colour", {
  request,
  output: z.object({ red: z.number(), green: z.number(), blue: z.number() }),
  inputs,
  featureInput,
});
const price = plainModel("price", { request, output: z.object({ dollars: z.number() }), inputs, featureInput });

const weights: Softmax = {
  softmax: [
    [2, 0],
    [-1, 1],
    [-1, -1],
  ],
};

let open: RegistryFixture;
let evaluator: Evaluator;
beforeEach(async () => {
  open = await openRegistry();
  const runtimes = [softmaxRuntime, linearRuntime()];
  evaluator = new Evaluator({ ...open.options, runtimes, champions: open.registry });
});
afterEach(async () => await open.close());

/** Rows of which x and y tell the colour and the price, with some cells missing. */
function rowsOf(
  service: TrainingSet["service"],
  rows: number,
  extra: { readonly [name: string]: Column } = {},
): TrainingSet {
  const random = seededRandom("kinds");
  const x = Float64Array.from({ length: rows }, () => random.normal());
  const y = Float64Array.from({ length: rows }, () => random.normal());
  const names = ["red", "green", "blue"];
  const places = Int32Array.from({ length: rows }, (_, i) => {
    const scores = weights.softmax.map(([a = 0, b = 0]) => Math.exp(a * (x[i] ?? 0) + b * (y[i] ?? 0)));
    const [red = 0, green = 0, blue = 0] = scores;
    const u = random.next() * (red + green + blue);
    return u < red ? 0 : u < red + green ? 1 : 2;
  });
  const dollars = Float64Array.from({ length: rows }, (_, i) => 20 + 3 * (x[i] ?? 0) + random.normal());
  const table = makeTable({
    x: { tag: "f64", values: x },
    y: { tag: "f64", values: y },
    colour: { tag: "utf8", values: places, dictionary: names },
    code: { tag: "i32", values: places },
    dollars: { tag: "f64", values: dollars },
    shop: { tag: "i32", values: Int32Array.from({ length: rows }, (_, i) => i % 3) },
    ...extra,
  });
  return {
    digest: digestOf("rows"),
    rows,
    service,
    sources: [],
    spineDigest: digestOf("spine"),
    table,
    features: ["x", "y"],
  };
}

function pointOf({ metrics }: Pick<EvaluationReport, "metrics">, name: string): number {
  const found = metrics[name];
  if (found === undefined || "notComputable" in found) throw new Error(`${name}: ${found?.notComputable ?? "missing"}`);
  return found.value;
}

test("several classes: the text of the label is the class, every output its probability", async () => {
  const heldOut = rowsOf(colour.features, 1200);
  const report = await evaluator.evaluate(colour, weights, heldOut, {
    label: "colour",
    slices: ["shop"],
    worstSlices: true,
  });
  expect(report.kind).toBe("multiclass");
  expect(report.classes).toEqual(["red", "green", "blue"]);
  expect(Object.keys(report.metrics)).toContain("macroF1");
  expect(pointOf(report, "accuracy")).toBeGreaterThan(0.6);
  const cells = report.decisions?.counts.flat() ?? [];
  expect(cells).toHaveLength(9);
  expect(cells.reduce((a, b) => a + b, 0)).toBe(1200);
  const right = [0, 4, 8].reduce((sum, cell) => sum + (cells[cell] ?? 0), 0);
  expect(pointOf(report, "accuracy")).toBeCloseTo(right / 1200, 12);
  expect(report.reliability?.of).toBe("likeliest class");
  expect(report.slices.map(({ rows }) => rows)).toEqual([400, 400, 400]);
  const shuffled = await evaluator.evaluate(colour, weights, heldOut, {
    label: "code",
    kind: "multiclass",
    classes: [0, 1, 2],
    metrics: ["accuracy"],
  });
  expect(pointOf(shuffled, "accuracy")).toBe(pointOf(report, "accuracy"));
  await expect(
    evaluator.evaluate(colour, weights, heldOut, { label: "colour", classes: ["red", "green", "cyan"] }),
  ).rejects.toThrowError(/data\/schema-mismatch[\s\S]*"colour"[\s\S]*blue[\s\S]*red, green, cyan/);
  await expect(
    evaluator.evaluate(price, linear({ weights: [1, 1], bias: 0 }), rowsOf(price.features, 10), { label: "colour" }),
  ).rejects.toMatchObject({ code: "definition/invalid" });
});

test("numbers: a regression is told by its label, its metrics are those of the errors", async () => {
  const heldOut = rowsOf(price.features, 1200);
  const trained = linear({ weights: [3, 0], bias: 20, link: "identity" });
  const report = await evaluator.evaluate(price, trained, heldOut, {
    label: "dollars",
    worstSlices: { columns: ["shop"] },
  });
  expect(report.kind).toBe("regression");
  expect(Object.keys(report.metrics)).toEqual(["rmse", "mae", "r2", "wape"]);
  expect(pointOf(report, "rmse")).toBeCloseTo(1, 0);
  expect(pointOf(report, "r2")).toBeGreaterThan(0.85);
  expect([report.decisions, report.reliability, report.calibration]).toEqual([undefined, undefined, undefined]);
  const x = columnOf(heldOut.table, "x", "f64").values;
  const gap = columnOf(heldOut.table, "dollars", "f64").values.map((dollars, i) => dollars - 20 - 3 * (x[i] ?? 0));
  expect(pointOf(report, "mae")).toBeCloseTo(gap.reduce((sum, one) => sum + Math.abs(one), 0) / 1200, 12);
  const asked = await evaluator.evaluate(price, trained, heldOut, { label: "shop", metrics: ["quantileLoss@0.9"] });
  expect(asked.kind).toBe("regression");
});

test("a NaN or missing label is no row, one class or constant labels are no number, and too many missing rows no report", async () => {
  const rows = 100;
  const label = Float64Array.from({ length: rows }, (_, i) => (i === 3 ? Number.NaN : i === 4 ? Infinity : i));
  const states = Uint8Array.from({ length: rows }, (_, i) => (i === 5 ? 0 : i === 6 ? 2 : 1));
  const heldOut = rowsOf(price.features, rows, {
    some: { tag: "f64", values: label, states },
    constant: { tag: "f64", values: new Float64Array(rows).fill(7) },
    zero: { tag: "i32", values: new Int32Array(rows) },
    sparse: { tag: "f64", values: label, states: states.map((_, i) => (i % 2 === 0 ? 1 : 0)) },
  });
  const trained = linear({ weights: [1, 0], bias: 0 });
  const evaluate = (column: string, kind?: "binary" | "regression") =>
    evaluator.evaluate(price, trained, heldOut, { label: column, ...(kind !== undefined && { kind }) });
  const some = await evaluate("some");
  expect([some.rows, some.excludedRows]).toEqual([96, 4]);
  expect((await evaluate("constant")).metrics["r2"]).toEqual({ notComputable: "all actual values are equal" });
  const zero = await evaluate("zero");
  expect(zero.kind).toBe("binary");
  expect(zero.metrics["auc"]).toEqual({ notComputable: "all labels are the same" });
  const sparse = await evaluate("sparse", "regression");
  expect(Object.values(sparse.metrics).every((found) => "notComputable" in found)).toBe(true);
  expect(sparse.slices).toEqual([]);
  await expect(evaluate("dollars", "binary")).rejects.toMatchObject({ code: "data/schema-mismatch" });
  await expect(evaluate("colour", "regression")).rejects.toMatchObject({ code: "data/schema-mismatch" });
});
