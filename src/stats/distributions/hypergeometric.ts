import { portable } from "../../core/math/portable.ts";
import { differenceOfProducts } from "../special/difference-of-products.ts";
import { logBetaDensityAt } from "../special/incomplete-beta.ts";

/** A 2 × 2 table with fixed margins: how many of `drawn` that are drawn from `total` are among the `marked`. */
export interface Margins {
  readonly marked: number;
  readonly drawn: number;
  readonly total: number;
}

/** How many marked ones are drawn, given the margins. */
export interface Hypergeometric {
  /** The least that can be drawn. */
  readonly least: number;
  /** The most that can be drawn. */
  readonly most: number;
  /** ln P(k marked ones are drawn). */
  logPmf(k: number): number;
  /** P(at least k marked ones are drawn) or, for step −1, P(at most k): summed outwards, for a k beyond the mode in that direction. */
  tail(k: number, step: 1 | -1): number;
}

/**
 * The hypergeometric distribution of some margins. A probability is the ratio of three binomial ones of chance drawn/total (C. Loader,
 * 2000): each is written around its mean, from which the distance k·total − marked·drawn is exact, so that counts of any size keep their
 * precision.
 */
export function hypergeometric(margins: Margins): Hypergeometric {
  const { marked, drawn, total } = margins;
  const x = drawn / total;
  const y = (total - drawn) / total;
  const logOfAll = logBinomial(drawn, total - drawn, x, y, 0);
  const logPmf = (k: number): number => {
    const excess = differenceOfProducts(k, total, marked, drawn) / total;
    const ofMarked = logBinomial(k, marked - k, x, y, -excess);
    return ofMarked + logBinomial(drawn - k, total - marked - drawn + k, x, y, excess) - logOfAll;
  };
  const least = Math.max(0, drawn + marked - total);
  const most = Math.min(marked, drawn);
  const tail = (k: number, step: 1 | -1): number => {
    if (k < least || k > most) return 0;
    return Math.min(1, tailRatio(k, margins, step === 1 ? most : least) * portable.exp(logPmf(k)));
  };
  return { least, most, logPmf, tail };
}

/** ln of the binomial probability of a successes and b failures; `fromMean` is (a + b)·x − a. */
function logBinomial(a: number, b: number, x: number, y: number, fromMean: number): number {
  if (a === 0) return b === 0 ? 0 : b * (x < 0.5 ? portable.log1p(-x) : portable.log(y));
  if (b === 0) return a * (y < 0.5 ? portable.log1p(-y) : portable.log(x));
  return logBetaDensityAt(a, b, { x, y, fromMean }) - portable.log((a / (a + b)) * b);
}

/** The sum of the probabilities of k … end over that of k. */
function tailRatio(k: number, { marked, drawn, total }: Margins, end: number): number {
  const rest = total - marked - drawn;
  const step = end < k ? -1 : 1;
  let term = 1;
  let sum = 1;
  for (let at = k; at !== end; at += step) {
    term *=
      step === 1
        ? (((marked - at) / (at + 1)) * (drawn - at)) / (rest + at + 1)
        : ((at / (marked - at + 1)) * (rest + at)) / (drawn - at + 1);
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return sum;
}
