import { portable } from "../../core/math/portable.ts";
import { differenceOfProducts } from "../special/difference-of-products.ts";
import { logBetaDensityAt } from "../special/incomplete-beta.ts";

/** A 2 × 2 table with fixed margins: how many of `drawn` that are drawn from `total` are among the `marked`. */
export interface Margins {
  readonly marked: number;
  readonly drawn: number;
  readonly total: number;
}

/** The least and the most marked ones that can be drawn. */
export function hypergeometricRange({ marked, drawn, total }: Margins): {
  readonly least: number;
  readonly most: number;
} {
  return { least: Math.max(0, drawn + marked - total), most: Math.min(marked, drawn) };
}

/**
 * ln P(k marked ones are drawn), as the ratio of three binomial probabilities of chance drawn/total (C. Loader, 2000): each is written around
 * its mean, from which the distance k·total − marked·drawn is exact, so that counts of any size keep their precision.
 */
export function hypergeometricLogPmf(k: number, { marked, drawn, total }: Margins): number {
  const x = drawn / total;
  const y = (total - drawn) / total;
  const excess = differenceOfProducts(k, total, marked, drawn) / total;
  return (
    logBinomial(k, marked - k, x, y, -excess) +
    logBinomial(drawn - k, total - marked - drawn + k, x, y, excess) -
    logBinomial(drawn, total - drawn, x, y, 0)
  );
}

/** ln of the binomial probability of a successes and b failures; `fromMean` is (a + b)·x − a. */
function logBinomial(a: number, b: number, x: number, y: number, fromMean: number): number {
  if (a === 0) return b === 0 ? 0 : b * (x < 0.5 ? portable.log1p(-x) : portable.log(y));
  if (b === 0) return a * (y < 0.5 ? portable.log1p(-y) : portable.log(x));
  return logBetaDensityAt(a, b, { x, y, fromMean }) - portable.log((a / (a + b)) * b);
}

/** P(at least k marked ones are drawn) or, for step −1, P(at most k): summed outwards, for a k beyond the mode in that direction. */
export function hypergeometricTail(k: number, margins: Margins, step: 1 | -1): number {
  const { marked, drawn, total } = margins;
  const { least, most } = hypergeometricRange(margins);
  if (k < least || k > most) return 0;
  const rest = total - marked - drawn;
  let term = 1;
  let sum = 1;
  for (let at = k; at !== (step === 1 ? most : least); at += step) {
    term *=
      step === 1
        ? (((marked - at) / (at + 1)) * (drawn - at)) / (rest + at + 1)
        : ((at / (marked - at + 1)) * (rest + at)) / (drawn - at + 1);
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return Math.min(1, sum * portable.exp(hypergeometricLogPmf(k, margins)));
}
