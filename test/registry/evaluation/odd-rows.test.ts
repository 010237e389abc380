import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { functionRuntime } from "../../../src/backends/function/function-runtime.ts";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../../src/contracts/model-definition.ts";
import type { TrainingSet } from "../../../src/contracts/training-set.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { t } from "../../../src/features/index.ts";
import type { EvaluationOptions } from "../../../src/registry/evaluation/evaluation-options.ts";
import { Evaluator } from "../../../src/registry/evaluation/evaluator.ts";
import { model } from "../../../src/registry/model.ts";
import { plainModel } from "../../../src/registry/plain-model.ts";
import type { Column } from "../../../src/table/column.ts";
import { makeTable } from "../../../src/table/table.ts";
import { openRegistry, type RegistryFixture, service } from "../registry-fixture.ts";

/** Predicts its inputs: a test writes down what is predicted. */
interface Identity {
  readonly identity: number;
}

const runtime = functionRuntime<Identity>({
  format: "identity-v1",
  accepts: (value): value is Identity => typeof value === "object" && value !== null && "identity" in value,
  toJson: ({ identity }) => ({ identity }),
  signature: ({ identity }) => ({ inputWidth: identity, outputWidth: identity }),
  predict: ({ identity }, { rows, values }, output) => output.set(values.subarray(0, rows * identity)),
});

const one: ModelDefinition = plainModel("one", {
  request: z.object({ x: z.number() }),
  output: z.object({ p: z.number() }),
  inputs: { x: t.float64 },
  featureInput: (row) => row,
});

const rows = 60;
const random = seededRandom("odd rows");
const x = Array.from({ length: rows }, () => random.next());
const y = x.map((p) => (random.next() < p ? 1 : 0));

const f64 = (values: readonly number[]): Column => ({ tag: "f64", values: Float64Array.from(values) });
const text = (cells: readonly string[]): Column => {
  const dictionary = [...new Set(cells)];
  return { tag: "utf8", values: Int32Array.from(cells, (cell) => dictionary.indexOf(cell)), dictionary };
};
const group = text(x.map((_, i) => (i % 2 === 0 ? "a" : "b")));

function setOf(of: ModelDefinition, columns: { readonly [name: string]: Column }, seed = "held out"): TrainingSet {
  const table = makeTable(columns);
  const { name, hash, schemaHash } = of.features;
  return {
    digest: digestOf(seed),
    rows: table.rowCount,
    service: { name, hash, schemaHash },
    sources: [],
    spineDigest: digestOf("spine"),
    table,
    features: of.vector,
  };
}

let open: RegistryFixture;
let evaluator: Evaluator;
beforeEach(async () => {
  open = await openRegistry();
  evaluator = new Evaluator({ ...open.options, runtimes: [runtime], champions: open.registry });
});
afterEach(async () => await open.close());

const evaluate = async (
  columns: { readonly [name: string]: Column },
  options: Partial<EvaluationOptions<never>> = {},
  of: ModelDefinition = one,
): Promise<EvaluationReport> =>
  await evaluator.evaluate(of, { identity: of.vector.length }, setOf(of, columns), {
    label: "y",
    against: "none",
    ...options,
  });

test("a NaN among labels of 0 and 1 is a row without a label, and makes no regression of them", async () => {
  const holed = f64(y.map((label, i) => (i === 3 ? Number.NaN : label)));
  const report = await evaluate({ x: f64(x), y: holed });
  expect([report.kind, report.rows, report.excludedRows]).toEqual(["binary", 59, 1]);
  const named = await evaluate({ x: f64(x), y: holed }, { kind: "multiclass", metrics: ["accuracy"] }).catch(String);
  expect(named, "one output is no two classes").toMatch(/definition\/invalid/);
  await expect(
    evaluate({ x: f64(x), y: f64(y.map((v, i) => (i === 3 ? Infinity : v))) }, { kind: "binary" }),
  ).rejects.toMatchObject({ code: "data/schema-mismatch" });
});

test("lists are no slices: rows of the same list would be told by where it ends", async () => {
  const ends = Uint32Array.from(x, (_, i) => Math.floor(i / 2));
  const lists: Column = { tag: "f64[]", values: ends, items: new Float64Array(rows) };
  for (const options of [{ slices: ["g"] }, { fairness: { columns: ["g"] } }])
    await expect(evaluate({ x: f64(x), y: f64(y), g: lists }, options)).rejects.toMatchObject({
      code: "definition/invalid",
      found: expect.stringContaining('"g"') as string,
    });
});

test("a column is sliced once, and options of fairness are numbers in their bounds", async () => {
  const columns = { x: f64(x), y: f64(y), g: group };
  const wrong: readonly Partial<EvaluationOptions<never>>[] = [
    { slices: ["g", "g"] },
    { fairness: { columns: ["g", "g"] } },
    ...[Number.NaN, 0, 1.5, "5" as never].map((minRows) => ({ fairness: { columns: ["g"], minRows } })),
    { fairness: { columns: ["g"], threshold: Number.NaN } },
  ];
  for (const options of wrong)
    await expect(evaluate(columns, options), JSON.stringify(options)).rejects.toMatchObject({
      code: "definition/invalid",
    });
});

test("numbers at both ends of the doubles: errors are exact where they can be, and else no number", async () => {
  const value = ({ metrics }: EvaluationReport, name: string): number => {
    const found = metrics[name];
    if (found === undefined || "notComputable" in found) throw new Error(found?.notComputable ?? name);
    return found.value;
  };
  const actual = x.map((p, i) => p + (y[i] ?? 0) / 4);
  const plain = await evaluate({ x: f64(x), y: f64(actual) });
  for (const scale of [2 ** 900, 2 ** -900]) {
    const of = (values: readonly number[]): Column => f64(values.map((v) => v * scale));
    const report = await evaluate(
      { x: of(x), y: of(actual), g: group },
      { worstSlices: { columns: ["g"], minRows: 2 } },
    );
    expect(value(report, "rmse") / scale).toBe(value(plain, "rmse"));
    for (const name of ["r2", "wape"]) expect(value(report, name), name).toBe(value(plain, name));
    expect(report.worstSlices).toMatchObject({ loss: "absoluteError", tested: 2 });
  }
  const opposite = x.map((_, i) => (i % 2 === 0 ? 1e308 : -1e308));
  const beyond = await evaluate(
    { x: f64(opposite), y: f64(opposite.map((v) => -v)), g: group },
    { worstSlices: { columns: ["g"], minRows: 2 } },
  );
  expect(beyond.worstSlices).toEqual({ notComputable: "the error of row 0 is beyond the largest double" });
  expect(beyond.metrics["mae"]).toHaveProperty("notComputable");
  // Spread around a number that is far from 0 is exact too: the mean of 2^50 + {0, 1, 1} is between two doubles.
  const far = 2 ** 50;
  const offset = await evaluate({ x: f64([far, far, far]), y: f64([far, far + 1, far + 1]) }, { kind: "regression" });
  expect(value(offset, "r2")).toBeCloseTo(1 - 2 / (2 / 3), 12);
  // The mean of equal numbers is off by a rounding; their spread is none all the same.
  const constant = await evaluate({ x: f64(x), y: f64(x.map(() => 0.1)) });
  expect(constant.metrics["r2"]).toEqual({ notComputable: "all actual values are equal" });
});

const vectors: ModelDefinition = model("vectors", {
  request: z.object({ origin: z.string() }),
  output: z.object({ p: z.number(), q: z.number() }),
  features: { ...service, features: [{ name: "face", type: { tag: "f64[]", nullable: false, size: 2 } }] },
  featureInput: (row) => row,
});

test("shared rows are counted of a model that takes vectors, and of the rows that were measured alone", async () => {
  const ids: Column = { tag: "i32", values: Int32Array.from(x, (_, i) => i) };
  const face: Column = {
    tag: "f64[]",
    values: Uint32Array.from(x, (_, i) => 2 * i + 2),
    items: Float64Array.from([...x, ...x].sort()),
  };
  const training = setOf(
    vectors,
    { face, y: f64(y), id: { tag: "i32", values: Int32Array.from(x, (_, i) => i + 50) } },
    "training",
  );
  const found = await evaluate(
    { face, y: f64(y), id: ids },
    { metrics: ["auc"], leakage: { training, key: ["id"] } },
    vectors,
  );
  expect(found.leakage).toMatchObject({ rows: 60, sharedKeys: 10, equalRows: 60 });
  // A measured row without a key was not compared, however many rows without a label were.
  const keyless: Column = { ...ids, states: Uint8Array.from(x, (_, i) => (i === 0 ? 0 : 1)) };
  const unlabelled = f64(y.map((label, i) => (i > 57 ? Number.NaN : label)));
  const few = await evaluate(
    { face, y: unlabelled, id: keyless },
    { metrics: ["auc"], leakage: { training, key: ["id"] } },
    vectors,
  );
  expect(few.rows).toBe(58);
  expect(few.leakage).toMatchObject({ rows: 57, sharedKeys: 8, equalRows: 57 });
});

test("names print on one line of the report, whatever signs are in them", async () => {
  const odd = text(x.map((_, i) => ["a\n  auc  0.999", "\u202eb"][i % 2] ?? ""));
  const report = await evaluate(
    { x: f64(x), y: f64(y), g: odd },
    { metrics: ["auc"], slices: ["g"], fairness: { columns: ["g"], minRows: 2 } },
  );
  expect(`${report}`).not.toMatch(/^ {2}auc {2}0\.999/m);
  expect(`${report}`).toContain('g = "a\\n  auc  0.999" (30 rows)');
  expect(`${report}`).not.toContain("\u202e");
});
