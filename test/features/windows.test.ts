import { expect, test } from "vitest";
import {
  count,
  distinct,
  entity,
  featureView,
  first,
  last,
  max,
  mean,
  min,
  nullable,
  quantile,
  sd,
  sum,
  t,
  variance,
} from "../../src/features/index.ts";
import { makeCells, type NumberCells } from "../../src/features/kernel/cells.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { readWindows } from "../../src/features/windows/read-windows.ts";
import { type SweepInput, sweepWindows } from "../../src/features/windows/sweep-windows.ts";
import { squareError, varianceOf } from "../../src/features/windows/variance-of.ts";
import { windowSpecOf } from "../../src/features/windows/window-spec.ts";
import { clearWindowStates, finishRows, makeWindowStates } from "../../src/features/windows/window-states.ts";
import type { AggregateName } from "../../src/contracts/feature-definition.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { MomentsAccumulator } from "../../src/stats/moments/moments-accumulator.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { interpolatedQuantile } from "../../src/stats/quantile.ts";
import { exactSumOf } from "./exact-sum-oracle.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const hour = 60 * minute;
const windows = {
  n_1h: count().over("1h"),
  n_2d: count().over("2d"),
  m_1h: mean("a").over("1h"),
  m_13h: mean("a").over("13h"),
  s_2d: sum("a").over("2d"),
  lo: min("a").over("1h"),
  hi: max("a").over("13h"),
  b_2d: mean("b").over("2d"),
  v_13h: variance("a").over("13h"),
  v_1h: variance("b").over("1h"),
  d_2d: sd("a").over("2d"),
  f_13h: first("a").over("13h"),
  l_2d: last("a").over("2d"),
  l_1h: last("b").over("1h"),
  u_13h: distinct("a").over("13h"),
  u_2d: distinct("b").over("2d"),
  q_13h: quantile("a", 0.5).over("13h"),
  q_2d: quantile("a", 0.9).over("2d"),
  q_b: quantile("b", 0).over("2d"),
};
const view = featureView("v", {
  source: plainDataset(
    "s",
    { time: t.instant, known: t.instant, key: t.utf8, a: nullable(t.float64), b: t.float64 },
    { knownTime: "known" },
  ),
  entities: [entity("e", { key: t.utf8 })],
  windows,
});
if (view.body.kind !== "windowed") throw new Error("a windowed view expected");
const spec = windowSpecOf(view.body);
const kernel = makeKernel();

type Values = "integers" | "decimals" | "wild" | "special";

function valueFor(random: Random, kind: Values): number {
  if (kind === "integers") return random.int(2000) - 1000;
  if (kind === "decimals") return (random.int(200_000) - 100_000) / 100;
  if (kind === "special") return [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1.5, -2.25][random.int(6)] ?? 0;
  return random.normal() * 10 ** (random.int(40) - 20);
}

function randomInput(random: Random, kind: Values): SweepInput {
  const events = random.int(40);
  const rows = 6;
  const keyCount = 3;
  const span = 3 * 24 * hour;
  const time = (): number =>
    random.int(span / (5 * minute)) * 5 * minute + (random.int(3) === 0 ? random.int(minute) : 0);
  const eventTimeMs = Float64Array.from({ length: events }, time);
  const present = Uint8Array.from({ length: events }, () => (random.int(4) === 0 ? 0 : 1));
  return {
    spec,
    kernel,
    keyCount,
    eventKeys: Int32Array.from({ length: events }, () => random.int(keyCount + 1) - 1),
    eventTimeMs,
    knownTimeMs: eventTimeMs.map((ms) => (random.int(2) === 0 ? ms : ms + random.int(10) * 30 * minute)),
    columns: [
      {
        values: Float64Array.from({ length: events }, () => valueFor(random, kind)),
        present: random.int(2) === 0 ? present : undefined,
      },
      { values: Float64Array.from({ length: events }, () => valueFor(random, kind)), present: undefined },
    ],
    rowKeys: Int32Array.from({ length: rows }, () => random.int(keyCount + 1) - 1),
    atMs: Float64Array.from({ length: rows }, () =>
      random.int(3) === 0 && events > 0 ? (eventTimeMs[random.int(events)] ?? 0) : time() + hour,
    ),
  };
}

/** The definition, read literally: filter all events, then aggregate. */
function bruteForce(input: SweepInput, row: number, useKnown = true): { value: number; status: number }[] {
  const at = input.atMs[row] ?? 0;
  const key = input.rowKeys[row] ?? -1;
  const inWindow = (over: number, hop: number): number[] =>
    [...input.eventTimeMs.keys()].filter((i) => {
      const event = input.eventTimeMs[i] ?? 0;
      const start = Math.floor((at - over) / hop) * hop;
      return (
        key >= 0 &&
        input.eventKeys[i] === key &&
        event >= start &&
        event < at &&
        (!useKnown || (input.knownTimeMs[i] ?? 0) <= at)
      );
    });
  const seen = inWindow(48 * hour, hour).length > 0;
  return Object.values(windows).map((window) => {
    const items = inWindow(window.overMs, window.hopMs);
    if (window.aggregate === "count") return { value: items.length, status: featureStatus.present };
    const column = input.columns[window.column === "a" ? 0 : 1];
    const held = items.filter((i) => column?.present === undefined || column.present[i] === 1);
    const values = held.map((i) => column?.values[i] ?? 0);
    if (window.aggregate === "distinct")
      return { value: new Set(values.map((value) => value + 0)).size, status: featureStatus.present };
    const least = window.aggregate === "variance" || window.aggregate === "sd" ? 2 : 1;
    if (values.length < least) return { value: Number.NaN, status: seen ? featureStatus.null : featureStatus.missing };
    return {
      value: aggregated(window, values, oldestFirst(input, held, column?.values)),
      status: featureStatus.present,
    };
  });
}

/** The values of events by event time, known time and position. */
function oldestFirst(
  { eventTimeMs, knownTimeMs }: SweepInput,
  items: readonly number[],
  values?: Float64Array,
): number[] {
  const time = (times: Float64Array, i: number): number => times[i] ?? 0;
  return items
    .toSorted(
      (a, b) => time(eventTimeMs, a) - time(eventTimeMs, b) || time(knownTimeMs, a) - time(knownTimeMs, b) || a - b,
    )
    .map((i) => values?.[i] ?? 0);
}

function aggregated(
  { aggregate, p = 0 }: { readonly aggregate: AggregateName; readonly p?: number },
  values: readonly number[],
  ordered: readonly number[],
): number {
  const total = exactSumOf([...values]);
  switch (aggregate) {
    case "sum":
      return total;
    case "mean":
      return total / values.length;
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "first":
      return ordered[0] ?? Number.NaN;
    case "last":
      return ordered.at(-1) ?? Number.NaN;
    case "quantile":
      return interpolatedQuantile(Float64Array.from(values, (value) => value + 0).sort(), p);
    case "variance":
      return exactVariance(values);
    case "sd":
      return Math.sqrt(exactVariance(values));
    default:
      throw new Error(aggregate);
  }
}

/** The variance by exact rational arithmetic, rounded once. */
function exactVariance(values: readonly number[]): number {
  const moments = new MomentsAccumulator();
  moments.addAll(values);
  const found = moments.summary();
  return isNotComputable(found) ? Number.NaN : found.variance;
}

function sweep(input: SweepInput): NumberCells[] {
  const cells = numberCells(input.atMs.length);
  sweepWindows(input, cells);
  return cells;
}

function numberCells(rows: number): NumberCells[] {
  return spec.features.map(() => makeCells("f64", rows)).filter((cells) => cells.kind === "number");
}

function online(input: SweepInput, row: number): NumberCells[] {
  const key = input.rowKeys[row] ?? -1;
  const items = [...input.eventTimeMs.keys()]
    .filter((i) => key >= 0 && input.eventKeys[i] === key)
    .sort((a, b) => (input.eventTimeMs[a] ?? 0) - (input.eventTimeMs[b] ?? 0) || a - b);
  const states = makeWindowStates(spec);
  clearWindowStates(states);
  const take = (values: Float64Array): Float64Array => Float64Array.from(items, (i) => values[i] ?? 0);
  readWindows(
    spec,
    {
      count: items.length,
      eventTimeMs: take(input.eventTimeMs),
      knownTimeMs: take(input.knownTimeMs),
      values: input.columns.map((column) => take(column.values)),
      present: input.columns.map((column) =>
        column.present === undefined ? undefined : Uint8Array.from(items, (i) => column.present?.[i] ?? 0),
      ),
    },
    input.atMs[row] ?? 0,
    kernel,
    states,
  );
  const cells = numberCells(1);
  finishRows(spec, states, kernel, cells, 0);
  return cells;
}

for (const kind of ["integers", "decimals", "wild", "special"] as const) {
  test(`batch and online equal the literal definition to the bit: ${kind}`, () => {
    const random = seededRandom(`windows/${kind}`);
    for (let round = 0; round < 500; round++) {
      const input = randomInput(random, kind);
      const batch = sweep(input);
      for (let row = 0; row < input.atMs.length; row++) {
        const single = online(input, row);
        bruteForce(input, row).forEach((expected, f) => {
          const found = { value: batch[f]?.values[row], status: batch[f]?.statuses[row] };
          const read = { value: single[f]?.values[0], status: single[f]?.statuses[0] };
          const feature = spec.features[f];
          if (
            !Object.is(found.value, read.value) ||
            found.status !== read.status ||
            !agrees(feature?.aggregate, read, expected)
          )
            expect({ round, row, feature: feature?.name, found, read }).toEqual(expected);
        });
      }
    }
  });
}

interface Cell {
  readonly value: number | undefined;
  readonly status: number | undefined;
}

/** A variance is close to the exact one, everything else is it to the bit. */
function agrees(aggregate: AggregateName | undefined, found: Cell, expected: Cell): boolean {
  if (found.status !== expected.status) return false;
  if (aggregate !== "variance" && aggregate !== "sd") return Object.is(found.value, expected.value);
  if (!Number.isFinite(expected.value)) return Number.isNaN(found.value);
  return Math.abs((found.value ?? Number.NaN) - (expected.value ?? 0)) <= 2 ** -48 * (expected.value ?? 0);
}

test("a variance far from 0 keeps its digits", () => {
  for (const origin of [1e9, -3e9, 12345678.9]) {
    const values = [0, 1, 1, 3, 0.5].map((value) => origin + value);
    const exact = exactVariance(values);
    const squares = values.map((value) => value * value);
    const errors = values.map((value, i) => squareError(value, squares[i] ?? 0));
    const [sum, square] = [exactSumOf(values), exactSumOf([...squares, ...errors])];
    const [sumTail, squareTail] = [exactSumOf([...values, -sum]), exactSumOf([...squares, ...errors, -square])];
    expect(varianceOf(values.length, sum, sumTail, square, squareTail)).toBeCloseTo(exact, 12);
  }
});

test("leaving the known time out gives other results: the known time is tested", () => {
  const random = seededRandom("known");
  let different = 0;
  for (let round = 0; round < 50; round++) {
    const input = randomInput(random, "integers");
    const leaky = sweep({ ...input, knownTimeMs: input.eventTimeMs });
    for (let row = 0; row < input.atMs.length; row++) {
      bruteForce(input, row).forEach((expected, f) => {
        if (!Object.is(leaky[f]?.values[row], expected.value)) different++;
      });
    }
  }
  expect(different).toBeGreaterThan(50);
});

test("an event at T is excluded, an event at the window's start is included", () => {
  const at = 10 * hour;
  const input: SweepInput = {
    spec,
    kernel,
    keyCount: 1,
    eventKeys: Int32Array.of(0, 0, 0),
    eventTimeMs: Float64Array.of(at, 9 * hour, 9 * hour - 1),
    knownTimeMs: Float64Array.of(at, 9 * hour, 9 * hour - 1),
    columns: [
      { values: Float64Array.of(1, 2, 4), present: undefined },
      { values: Float64Array.of(1, 2, 4), present: undefined },
    ],
    rowKeys: Int32Array.of(0),
    atMs: Float64Array.of(at),
  };
  expect(sweep(input)[0]?.values[0]).toBe(1);
  expect(sweep(input)[1]?.values[0]).toBe(2);
});
