import { expect, test } from "vitest";
import {
  count,
  distinct,
  entity,
  featureView,
  first,
  last,
  lastK,
  max,
  mean,
  min,
  mostFrequent,
  nullable,
  quantile,
  sd,
  sum,
  t,
  variance,
} from "../../src/features/index.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { readWindows } from "../../src/features/windows/read-windows.ts";
import { type SweepInput, sweepWindows } from "../../src/features/windows/sweep-windows.ts";
import { type WindowSpec, windowSpecOf } from "../../src/features/windows/window-spec.ts";
import {
  clearWindowStates,
  finishRows,
  makeWindowStates,
  type WindowCells,
} from "../../src/features/windows/window-states.ts";
import type { WindowedAggregate, WindowFrame, Windows } from "../../src/contracts/feature-definition.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { runSteps } from "../../src/core/turns.ts";
import { MomentsAccumulator } from "../../src/stats/moments/moments-accumulator.ts";
import { isNotComputable } from "../../src/stats/not-computable.ts";
import { interpolatedQuantile } from "../../src/stats/quantile.ts";
import { exactSumOf } from "./exact-sum-oracle.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const hour = 60 * minute;
const sawtooth = {
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
  tail_13h: lastK("a", 3).over("13h"),
  tail_2d: lastK("b", 1).over("2d"),
  most_13h: mostFrequent("b", 2).over("13h"),
  most_2d: mostFrequent("a", 40).over("2d"),
};
const apart = {
  // The last complete window.
  n_t1h: count().tumbling("1h"),
  n_tday: count().tumbling("1d", { offset: "90m" }),
  m_t1h: mean("a").tumbling("1h"),
  s_tday: sum("b").tumbling("1d", { offset: "90m" }),
  lo_t5h: min("a").tumbling("5h", { offset: "1ms" }),
  hi_t1h: max("b").tumbling("1h"),
  v_tday: variance("a").tumbling("1d", { offset: "90m" }),
  d_t5h: sd("b").tumbling("5h", { offset: "1ms" }),
  f_t5h: first("a").tumbling("5h", { offset: "1ms" }),
  l_tday: last("a").tumbling("1d", { offset: "90m" }),
  u_t5h: distinct("a").tumbling("5h", { offset: "1ms" }),
  q_tday: quantile("a", 0.25).tumbling("1d", { offset: "90m" }),
  tail_tday: lastK("a", 2).tumbling("1d", { offset: "90m" }),
  most_t5h: mostFrequent("b", 3).tumbling("5h", { offset: "1ms" }),
  // The session of the newest event: alone while it is open, of bounded length, and whole.
  n_open: count().session({ gap: "30m", keep: "30m" }),
  n_short: count().session({ gap: "2h", max: "3h", keep: "5h" }),
  n_long: count().session({ gap: "6h" }),
  m_short: mean("a").session({ gap: "2h", max: "3h", keep: "5h" }),
  s_long: sum("b").session({ gap: "6h" }),
  lo_long: min("a").session({ gap: "6h" }),
  hi_short: max("b").session({ gap: "2h", max: "3h", keep: "5h" }),
  v_long: variance("a").session({ gap: "6h" }),
  d_long: sd("b").session({ gap: "6h" }),
  f_long: first("a").session({ gap: "6h" }),
  l_short: last("a").session({ gap: "2h", max: "3h", keep: "5h" }),
  u_open: distinct("b").session({ gap: "30m", keep: "30m" }),
  q_long: quantile("a", 0.75).session({ gap: "6h" }),
  tail_short: lastK("b", 3).session({ gap: "2h", max: "3h", keep: "5h" }),
  most_long: mostFrequent("a", 2).session({ gap: "6h" }),
};
const source = plainDataset(
  "s",
  { time: t.instant, known: t.instant, key: t.utf8, a: nullable(t.float64), b: t.float64 },
  { knownTime: "known" },
);
const kernel = makeKernel();

/** Windows of a view, and events to try them on. */
interface Layout {
  readonly spec: WindowSpec;
  readonly windows: { readonly [name: string]: WindowedAggregate };
  /** What event times lie in, and what most of them are multiples of, milliseconds. */
  readonly spanMs: number;
  readonly stepMs: number;
}

function layout(windows: Windows<"a" | "b">, spanMs: number, stepMs: number): Layout {
  const { body } = featureView("v", { source, entities: [entity("e", { key: t.utf8 })], windows });
  if (body.kind !== "windowed") throw new Error("a windowed view expected");
  return { spec: windowSpecOf(body), windows, spanMs, stepMs };
}

const wide = layout({ ...sawtooth, ...apart }, 3 * 24 * hour, 5 * minute);
/** Events so near to each other that pauses are often as long as a gap, to the millisecond. */
const dense = layout(apart, 14 * hour, 30 * minute);

type Values = "integers" | "decimals" | "wild" | "special" | "near" | "extreme";

function valueFor(random: Random, kind: Values): number {
  if (kind === "integers") return random.int(2000) - 1000;
  if (kind === "decimals") return (random.int(200_000) - 100_000) / 100;
  if (kind === "special") return [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1.5, -2.25][random.int(6)] ?? 0;
  if (kind === "near") return Number.MAX_SAFE_INTEGER - (random.int(4) === 0 ? random.int(2) : 0);
  if (kind === "extreme") return random.int(5) === 0 ? random.int(3) : random.normal() * 10 ** (random.int(300) - 150);
  return random.normal() * 10 ** (random.int(40) - 20);
}

function randomInput(random: Random, kind: Values, { spec, spanMs, stepMs }: Layout): SweepInput {
  const events = random.int(40);
  const rows = 6;
  const keyCount = 3;
  const time = (): number =>
    random.int(spanMs / stepMs) * stepMs + (random.int(stepMs > 5 * minute ? 9 : 3) === 0 ? random.int(minute) : 0);
  const eventTimeMs = Float64Array.from({ length: events }, time);
  const present = Uint8Array.from({ length: events }, () => (random.int(4) === 0 ? 0 : 1));
  return {
    spec,
    kernel,
    keyCount,
    eventKeys: Int32Array.from({ length: events }, () => random.int(keyCount + 1) - 1),
    eventTimeMs,
    // Some known before the event, as forecasts are.
    knownTimeMs: eventTimeMs.map((ms) => (random.int(2) === 0 ? ms : ms + (random.int(12) - 3) * 30 * minute)),
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

/** Which events a window holds at T, read literally: `counted` are those of the key before T that were known by T. */
function held(window: WindowFrame, counted: readonly number[], timeOf: (i: number) => number, at: number): number[] {
  switch (window.kind) {
    case "sawtooth": {
      const start = Math.floor((at - window.overMs) / window.hopMs) * window.hopMs;
      return counted.filter((i) => timeOf(i) >= start);
    }
    case "tumbling": {
      const numberOf = (ms: number): number => Math.floor((ms - window.offsetMs) / window.sizeMs);
      return counted.filter((i) => numberOf(timeOf(i)) === numberOf(at) - 1);
    }
    case "session": {
      const newest = Math.max(...counted.map(timeOf));
      if (!(newest >= at - window.keepMs)) return [];
      // Grown until nothing joins it any more.
      let session = counted.filter((i) => timeOf(i) === newest);
      for (let size = 0; size < session.length; ) {
        size = session.length;
        session = counted.filter((i) => session.some((j) => Math.abs(timeOf(i) - timeOf(j)) <= window.gapMs));
      }
      return session.filter((i) => timeOf(i) >= newest - window.maxMs);
    }
  }
}

/** The definition, read literally: filter all events, then aggregate. */
function bruteForce(
  input: SweepInput,
  { windows }: Layout,
  row: number,
  useKnown = true,
): { value: number | readonly number[]; status: number }[] {
  const at = input.atMs[row] ?? 0;
  const key = input.rowKeys[row] ?? -1;
  const timeOf = (i: number): number => input.eventTimeMs[i] ?? 0;
  const counted = [...input.eventTimeMs.keys()].filter(
    (i) => key >= 0 && input.eventKeys[i] === key && timeOf(i) < at && (!useKnown || (input.knownTimeMs[i] ?? 0) <= at),
  );
  // By the longest sawtooth window, or any of another kind.
  const seen = Object.values(windows).some(
    ({ window }) =>
      (window.kind !== "sawtooth" || window.overMs === 48 * hour) && held(window, counted, timeOf, at).length > 0,
  );
  return Object.values(windows).map((window) => {
    const items = held(window.window, counted, timeOf, at);
    if (window.aggregate === "count") return { value: items.length, status: featureStatus.present };
    const column = input.columns[window.column === "a" ? 0 : 1];
    const valued = items.filter((i) => column?.present === undefined || column.present[i] === 1);
    const values = valued.map((i) => column?.values[i] ?? 0);
    if (window.aggregate === "distinct")
      return { value: new Set(values.map((value) => value + 0)).size, status: featureStatus.present };
    const least = window.aggregate === "variance" || window.aggregate === "sd" ? 2 : 1;
    if (values.length < least)
      return {
        value: window.k === undefined ? Number.NaN : [],
        status: seen ? featureStatus.null : featureStatus.missing,
      };
    return {
      value: aggregated(window, values, oldestFirst(input, valued, column?.values)),
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
  { aggregate, p = 0, k = 0 }: Pick<WindowedAggregate, "aggregate" | "p" | "k">,
  values: readonly number[],
  ordered: readonly number[],
): number | readonly number[] {
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
    case "lastK":
      return ordered.slice(-k);
    case "mostFrequent": {
      const counts = new Map<number, number>();
      for (const value of values) counts.set(value + 0, (counts.get(value + 0) ?? 0) + 1);
      const inOrder = [...Float64Array.from(counts.keys()).sort()];
      return inOrder.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, k);
    }
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

function sweep(input: SweepInput): WindowCells[] {
  const cells = emptyCells(input.spec, input.atMs.length);
  runSteps(sweepWindows(input, cells));
  return cells;
}

function emptyCells(spec: WindowSpec, rows: number): WindowCells[] {
  return spec.features.map(({ k }) => {
    const statuses = new Uint8Array(rows);
    if (k === undefined) return { kind: "number", values: new Float64Array(rows), statuses };
    return { kind: "numbers", values: new Array<Float64Array>(rows).fill(new Float64Array(0)), statuses };
  });
}

function online(input: SweepInput, row: number): WindowCells[] {
  const { spec } = input;
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
  const cells = emptyCells(spec, 1);
  finishRows(spec, states, kernel, cells, 0);
  return cells;
}

for (const [name, laidOut] of Object.entries({ wide, dense })) {
  for (const kind of ["integers", "decimals", "wild", "special", "near", "extreme"] as const) {
    test(`batch and online equal the literal definition to the bit: ${name}, ${kind}`, () => {
      const random = seededRandom(`windows/${name}/${kind}`);
      // 2 layouts · 6 kinds · 300 rounds · 6 rows: 21,600 cases of every feature.
      for (let round = 0; round < 300; round++) {
        const input = randomInput(random, kind, laidOut);
        const batch = sweep(input);
        for (let row = 0; row < input.atMs.length; row++) {
          const single = online(input, row);
          bruteForce(input, laidOut, row).forEach((expected, f) => {
            const found = { value: batch[f]?.values[row], status: batch[f]?.statuses[row] };
            const read = { value: single[f]?.values[0], status: single[f]?.statuses[0] };
            const feature = laidOut.spec.features[f];
            if (!same(found.value, read.value) || found.status !== read.status || !agrees(read, expected))
              expect({ round, row, feature: feature?.name, found, read }).toEqual(expected);
          });
        }
      }
    });
  }
}

interface Cell {
  readonly value: number | ArrayLike<number> | undefined;
  readonly status: number | undefined;
}

/** To the bit. */
function agrees(found: Cell, expected: Cell): boolean {
  return found.status === expected.status && same(found.value, expected.value);
}

/** To the bit; lists item by item. */
function same(a: Cell["value"], b: Cell["value"]): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  return a.length === b.length && Array.from(a).every((item, i) => Object.is(item, b[i]));
}

test("leaving the known time out gives other results: the known time is tested", () => {
  const random = seededRandom("known");
  let different = 0;
  for (let round = 0; round < 50; round++) {
    const input = randomInput(random, "integers", wide);
    const leaky = sweep({ ...input, knownTimeMs: input.eventTimeMs });
    for (let row = 0; row < input.atMs.length; row++) {
      bruteForce(input, wide, row).forEach((expected, f) => {
        if (!same(leaky[f]?.values[row], expected.value)) different++;
      });
    }
  }
  expect(different).toBeGreaterThan(50);
});

test("an event at T is excluded, an event at the window's start is included", () => {
  const at = 10 * hour;
  const input: SweepInput = {
    spec: wide.spec,
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
