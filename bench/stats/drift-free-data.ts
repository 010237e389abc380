import type { Random } from "../../src/core/random.ts";
import type { NumericBins } from "../../src/stats/binning/reference-bins.ts";
import { normalCdf } from "../../src/stats/distributions/normal.ts";
import { binomialDraw } from "../../src/stats/sampling/binomial-draw.ts";

/** A distribution that can be drawn row by row and whose share up to any value is known. */
export interface Population {
  readonly name: string;
  draw(random: Random): number;
  cdf(x: number): number;
}

const lognormalCdf = (x: number): number => (x <= 0 ? 0 : normalCdf(Math.log(x)));

/** What the false alarm rates are measured on. */
export const populations: readonly Population[] = [
  { name: "normal", draw: (random) => random.normal(), cdf: normalCdf },
  { name: "lognormal", draw: (random) => Math.exp(random.normal()), cdf: lognormalCdf },
  { name: "uniform", draw: (random) => random.next(), cdf: (x) => Math.min(1, Math.max(0, x)) },
  {
    name: "integers with ties",
    draw: (random) => Math.round(3 * random.normal()),
    cdf: (x) => normalCdf((Math.floor(x) + 0.5) / 3),
  },
  {
    name: "zero-inflated",
    draw: (random) => (random.next() < 0.7 ? 0 : Math.exp(random.normal())),
    cdf: (x) => (x < 0 ? 0 : 0.7 + 0.3 * lognormalCdf(x)),
  },
];

/** Rows of a population. */
export function rowsOf(random: Random, { draw }: Population, length: number): Float64Array {
  return Float64Array.from({ length }, () => draw(random));
}

/** The chance of each slot of frozen bins. */
export function slotChances({ cdf }: Population, { min, uppers }: NumericBins): Float64Array {
  const below = cdf(min - 1e-9 * Math.max(1, Math.abs(min)));
  const shares = uppers.map((upper, bin) => cdf(upper) - (bin === 0 ? below : cdf(uppers[bin - 1] as number)));
  return Float64Array.from([below, ...shares, 1 - cdf(uppers[uppers.length - 1] as number), 0, 0]);
}

/** How often each slot occurs among so many rows, without drawing the rows. */
export function countsOf(random: Random, chances: Float64Array, rows: number): Float64Array {
  let left = rows;
  let chance = chances.reduce((sum, each) => sum + each, 0);
  return chances.map((each) => {
    const count = each <= 0 ? 0 : each >= chance ? left : binomialDraw(random, left, each / chance);
    left -= count;
    chance -= each;
    return count;
  });
}

/** The chances of 3,000 categories by Zipf's law. */
export const zipf: Float64Array = normalised(Float64Array.from({ length: 3000 }, (_, i) => 1 / (i + 1) ** 1.2));

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const zipfUpTo = zipf.map((_, i) => zipf.slice(0, i + 1).reduce((sum, each) => sum + each, 0));

/** Rows of the categories. */
export function categoriesOf(random: Random, rows: number): string[] {
  return Array.from({ length: rows }, () => {
    const at = random.next();
    let low = 0;
    let high = zipf.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((zipfUpTo[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return `c${low}`;
  });
}
