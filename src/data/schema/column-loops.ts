import { cellState, type I64Column } from "../../table/column.ts";
import type { BigintTest } from "./bigint-test.ts";
import { halves } from "./cast-numbers.ts";
import type { NumberTest } from "./number-test.ts";

type Numbers = Float64Array | Int32Array;

/** Marks in `bad` the present numbers that pass none of the tests. */
export function judgeNumbers(
  values: Numbers,
  states: Uint8Array | undefined,
  tests: readonly NumberTest[],
  bad: Uint8Array,
): void {
  const [only] = tests;
  if (only === undefined || tests.length > 1) judgeEach(values, states, (value) => passesAny(tests, value), bad);
  else if (only.step !== undefined && values instanceof Float64Array) judgeMultiples(values, states, only, bad);
  else if (!only.plain) judgeEach(values, states, only.passes, bad);
  else if (only.integer && values instanceof Float64Array) judgeIntegers(values, states, only.lo, only.hi, bad);
  else judgeRange(values, states, only.lo, only.hi, bad);
}

/** Marks in `bad` the present instants (whole milliseconds of them) that pass none of the tests. */
export function judgeInstants(
  values: Float64Array,
  states: Uint8Array | undefined,
  tests: readonly NumberTest[],
  bad: Uint8Array,
): void {
  const [only] = tests;
  const plain = only?.plain === true && tests.length === 1;
  // What lies between whole bounds lies between them without its fraction too; of the rest the fraction is taken.
  const lo = plain ? Math.ceil(only.lo) : Number.POSITIVE_INFINITY;
  const hi = plain ? Math.floor(only.hi) : Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= lo && value <= hi) continue;
    if (states !== undefined && states[row] !== cellState.present) continue;
    if (!passesAny(tests, Math.trunc(value))) bad[row] = 1;
  }
}

function passesAny(tests: readonly NumberTest[], value: number): boolean {
  return tests.some((test) => test.passes(value));
}

function judgeRange(values: Numbers, states: Uint8Array | undefined, lo: number, hi: number, bad: Uint8Array): void {
  if (states === undefined) {
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!(value >= lo && value <= hi)) bad[row] = 1;
    }
    return;
  }
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!(value >= lo && value <= hi) && states[row] === cellState.present) bad[row] = 1;
  }
}

function judgeIntegers(
  values: Float64Array,
  states: Uint8Array | undefined,
  lo: number,
  hi: number,
  bad: Uint8Array,
): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= lo && value <= hi && Math.floor(value) === value) continue;
    if (states === undefined || states[row] === cellState.present) bad[row] = 1;
  }
}

/** Quotients up to here are whole exactly where rounding them and multiplying gives the value again. */
const exactQuotients = 2 ** 49;

/** Whole multiples of a step within a range; what is none of them by a quick look is asked about. */
function judgeMultiples(
  values: Float64Array,
  states: Uint8Array | undefined,
  { lo, hi, step = 1, passes }: NumberTest,
  bad: Uint8Array,
): void {
  const least = Math.max(lo, -exactQuotients);
  const most = Math.min(hi, exactQuotients);
  const inverse = 1 / step;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= least && value <= most && Math.floor(value * inverse + 0.5) * step === value) continue;
    if ((states === undefined || states[row] === cellState.present) && !passes(value)) bad[row] = 1;
  }
}

function judgeEach(
  values: Numbers,
  states: Uint8Array | undefined,
  passes: (value: number) => boolean,
  bad: Uint8Array,
): void {
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    if (!passes(values[row] as number)) bad[row] = 1;
  }
}

/** Marks in `bad` the present 64-bit integers that lie in none of the ranges, comparing halves of 32 bits. */
export function judgeBigints(column: I64Column, tests: readonly BigintTest[], bad: Uint8Array): void {
  const ranges = tests.filter((test) => test.lo <= test.hi);
  const [only] = ranges;
  const outside = new Uint8Array(ranges.length > 1 ? bad.length : 0);
  if (only === undefined) judgeNoBigint(column, bad);
  else if (ranges.length === 1) judgeBigintRange(column, only, bad, 1);
  else {
    for (const range of ranges) judgeBigintRange(column, range, outside, undefined);
    for (let row = 0; row < bad.length; row++) if (outside[row] === ranges.length) bad[row] = 1;
  }
}

function judgeNoBigint({ values, states }: I64Column, bad: Uint8Array): void {
  for (let row = 0; row < values.length; row++)
    if (states === undefined || states[row] === cellState.present) bad[row] = 1;
}

/** Marks cells outside with `mark`, or counts them where there is none. */
function judgeBigintRange(column: I64Column, range: BigintTest, marks: Uint8Array, mark: 1 | undefined): void {
  const { states } = column;
  const { high, low, at } = halves(column.values);
  const [loHigh, loLow] = split(range.lo);
  const [hiHigh, hiLow] = split(range.hi);
  for (let row = 0; row < column.values.length; row++) {
    const h = high[row * 2 + at] as number;
    if (h > loHigh && h < hiHigh) continue;
    const l = low[row * 2 + 1 - at] as number;
    if ((h > loHigh || (h === loHigh && l >= loLow)) && (h < hiHigh || (h === hiHigh && l <= hiLow))) continue;
    if (states === undefined || states[row] === cellState.present) marks[row] = mark ?? (marks[row] as number) + 1;
  }
}

function split(value: bigint): readonly [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffffffffn)];
}
