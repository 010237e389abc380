import { SluiceError } from "../../core/errors.ts";
import type { AnomalyVerdict } from "./anomaly-strategy.ts";

/** What is normal for the next value. */
export interface Interval {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/** The verdict on a value by an interval; without one, `insufficientHistory`. */
export function verdictOf(value: number, interval: Interval | undefined, confidence?: number): AnomalyVerdict {
  if (interval === undefined) {
    const unknown = { expected: undefined, lower: undefined, upper: undefined };
    return { outcome: "insufficientHistory", value, ...unknown, confidence };
  }
  return { outcome: isInside(interval, value) ? "normal" : "anomaly", value, ...interval, confidence };
}

/** Whether a value lies in an interval. */
export function isInside({ lower, upper }: Interval, value: number): boolean {
  return value >= lower && value <= upper;
}

/** An interval about an expected value; never narrower than the rounding of a few operations on numbers of that size. */
export function around(expected: number, half: number): Interval {
  const width = half + 8 * Number.EPSILON * Math.abs(expected);
  return { expected, lower: expected - width, upper: expected + width };
}

/** Throws `argument/invalid` unless the series and the value are finite. */
export function requireFiniteSeries(history: ArrayLike<number>, value: number): void {
  for (let i = 0; i < history.length; i++) if (!Number.isFinite(history[i])) refuse(`history[${i}] = ${history[i]}`);
  if (!Number.isFinite(value)) refuse(`the value ${value}`);
}

function refuse(found: string): never {
  throw new SluiceError("argument/invalid", {
    found,
    expected: "finite numbers",
    fix: "Leave out what could not be measured.",
  });
}
