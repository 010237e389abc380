import { runSteps } from "../../src/core/turns.ts";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ExactSum } from "../../src/stats/sums/exact-sum.ts";
import { exactSpread } from "../../src/features/windows/variance-of.ts";
import { ExactProductSum } from "../../src/stats/sums/exact-product-sum.ts";
import { entity, featureView, makeKernel, sd, t, variance } from "../../src/features/index.ts";
import { readWindows } from "../../src/features/windows/read-windows.ts";
import { sweepWindows } from "../../src/features/windows/sweep-windows.ts";
import { windowSpecOf } from "../../src/features/windows/window-spec.ts";
import {
  clearWindowStates,
  finishRows,
  makeWindowStates,
  type WindowCells,
} from "../../src/features/windows/window-states.ts";
import { plainDataset } from "./plain-dataset.ts";

interface Golden {
  readonly cases: readonly {
    readonly values: readonly number[];
    readonly variance: number | "Infinity";
    readonly sd: number | "Infinity";
  }[];
}

const golden = JSON.parse(
  await readFile(new URL("../golden/window-variances.json", import.meta.url), "utf8"),
) as Golden;

const { body } = featureView("v", {
  source: plainDataset("s", { time: t.instant, key: t.utf8, a: t.float64 }, {}),
  entities: [entity("e", { key: t.utf8 })],
  windows: { variance: variance("a").over("1h"), sd: sd("a").over("1h") },
});
if (body.kind !== "windowed") throw new Error("a windowed view expected");
const spec = windowSpecOf(body);
const kernel = makeKernel();

function emptyCells(): WindowCells[] {
  return spec.features.map(() => ({ kind: "number", values: new Float64Array(1), statuses: new Uint8Array(1) }));
}

/** Variance and standard deviation as training computes them, and as serving does. */
function spreads(values: Float64Array): readonly (readonly (number | undefined)[])[] {
  const times = Float64Array.from(values, (_, i) => i);
  const columns = [{ values, present: undefined }];
  const batch = emptyCells();
  const events = {
    keyCount: 1,
    eventKeys: new Int32Array(values.length),
    eventTimeMs: times,
    knownTimeMs: times,
    columns,
  };
  runSteps(sweepWindows({ spec, kernel, ...events, rowKeys: Int32Array.of(0), atMs: Float64Array.of(1000) }, batch));
  const single = emptyCells();
  const states = makeWindowStates(spec);
  clearWindowStates(states);
  const read = { count: values.length, eventTimeMs: times, knownTimeMs: times, values: [values], present: [undefined] };
  readWindows(spec, read, 1000, kernel, states);
  finishRows(spec, states, kernel, single, 0);
  return [batch, single].map((cells) => cells.map((cell) => Number(cell.values[0])));
}

test("variances are the nearest doubles to the exact ones, as Python's exact rationals; deviations are within one unit of theirs", () => {
  for (const { values, variance: exact, sd: root } of golden.cases) {
    const [batch = [], single = []] = spreads(Float64Array.from(values));
    expect({ values, found: single }).toEqual({ values, found: batch });
    expect({ values, found: batch[0] }).toEqual({ values, found: Number(exact) });
    const [, found = Number.NaN] = batch;
    const error = found === Number(root) ? 0 : Math.abs(Number(found) - Number(root));
    expect(error <= Number(root) * Number.EPSILON, `${values.join(" ")}: ${found}, ${root} expected`).toBe(true);
  }
});

test("a constant has the variance 0", () => {
  for (const value of [2 ** 53 - 1, 0.1, 1e200, 5e-324, Number.MAX_VALUE, -1e-200])
    for (const n of [2, 3, 7, 100])
      expect(spreads(new Float64Array(n).fill(value))).toEqual([
        [0, 0],
        [0, 0],
      ]);
});

test("sums merge in any order and split to the same variance", () => {
  for (const { values, variance: exact } of golden.cases) {
    for (const cut of [0, 1, values.length - 1]) {
      const sums = [values.slice(cut), values.slice(0, cut)].map((some) => {
        const [sum, squares] = [new ExactSum(), new ExactProductSum()];
        sum.addAll(some);
        squares.addAll(some, some);
        return { sum, squares };
      });
      const [first, second] = sums;
      if (first === undefined || second === undefined) throw new Error("two parts expected");
      first.sum.merge(second.sum);
      first.squares.merge(second.squares);
      expect(exactSpread(values.length, first.sum.units(), first.squares.units()).variance).toBe(Number(exact));
    }
  }
});
