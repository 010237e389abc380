import { ExactSum } from "../sums/exact-sum.ts";
import type { SummaryReader } from "./summary-reader.ts";
import type { SummaryWriter } from "./summary-writer.ts";

const leastExponent = -1074;

/** Writes an {@link ExactSum}: the same bytes for the same values, in whatever order and split they came. */
export function writeExactSum(writer: SummaryWriter, sum: ExactSum): void {
  const state = sum.state();
  writer.count(state.count);
  writer.text(state.mantissa);
  writer.count(state.exponent - leastExponent);
  writer.count(state.positiveInfinities);
  writer.count(state.negativeInfinities);
  writer.count(state.nans);
}

/** Reads what {@link writeExactSum} wrote. */
export function readExactSum(reader: SummaryReader): ExactSum {
  const count = reader.count();
  const mantissa = reader.text();
  reader.require(/^-?[0-9a-f]{1,600}$/.test(mantissa), "a sum whose mantissa is no hexadecimal integer");
  const exponent = reader.count() + leastExponent;
  reader.require(exponent < 1100, "a sum beyond every sum of doubles");
  const [positiveInfinities, negativeInfinities, nans] = [reader.count(), reader.count(), reader.count()];
  reader.require(positiveInfinities + negativeInfinities + nans <= count, "a sum with more infinities than values");
  return ExactSum.fromState({ version: 1, count, mantissa, exponent, positiveInfinities, negativeInfinities, nans });
}
