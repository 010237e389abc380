import type { Random } from "../../core/random.ts";
import { gammaDraw } from "../sampling/gamma-draw.ts";

/** How the Poisson means of many cells are distributed, as far as their counts tell: what a cell's mean is, given its count. */
export interface PoissonMixture {
  /** The means that are told apart, ascending. */
  readonly means: Float64Array;
  /**
   * Equally credible fits. Of each, count by count: the chances of the means up to the given one; `undefined` for a count that no cell has.
   */
  readonly fits: readonly (readonly (Float64Array | undefined)[])[];
}

const fits = 20;
const firstSteps = 300;
const furtherSteps = 60;

/**
 * The distribution of Poisson means that makes counts likeliest (J. Kiefer and J. Wolfowitz, 1956), by expectation–maximization from an even
 * one on the logarithm (1/λ, under which a count is the best guess at its mean). `cells[c]` says how many cells have the count c.
 *
 * How often each count occurs is itself chance; for as many fits as are returned it is drawn anew (D. Rubin, "The Bayesian bootstrap", 1981).
 */
export function poissonMixture(random: Random, cells: Float64Array): PoissonMixture {
  const means = evenMeans(cells.length);
  const counts = [...cells.keys()].filter((count) => (cells[count] as number) > 0);
  const likelihoods = counts.map((count) => means.map((mean) => likelihood(count, mean)));
  const even = normalised(means.map((mean, i) => Math.log((means[i + 1] ?? mean * 1.03) / mean)));
  const frequency = counts.map((count) => cells[count] as number);
  const likeliest = maximized(even, frequency, likelihoods, firstSteps);
  const start = likeliest.map((chance, i) => 0.9 * chance + 0.1 * (even[i] as number));
  return {
    means,
    fits: Array.from({ length: fits }, () => {
      const drawn = frequency.map((each) => gammaDraw(random, each));
      return posteriors(maximized(start, drawn, likelihoods, furtherSteps), counts, likelihoods);
    }),
  };
}

/** Means that are a quarter of a standard deviation or two apart, where they are not close to 0, up to those that the counts can come from. */
function evenMeans(largest: number): Float64Array {
  const means: number[] = [];
  for (let mean = 1e-4; mean < 0.2; mean *= 2) means.push(mean);
  for (let root = Math.sqrt(0.2); root <= Math.sqrt(largest) + 2; root += 0.25) means.push(root * root);
  return Float64Array.from(means);
}

/** Of a count under a Poisson mean, but for a factor that depends on the count alone. */
function likelihood(count: number, mean: number): number {
  return count === 0 ? Math.exp(-mean) : Math.exp(count * Math.log(mean / count) - (mean - count));
}

function maximized(
  start: Float64Array,
  frequency: readonly number[],
  likelihoods: readonly Float64Array[],
  steps: number,
): Float64Array {
  let prior = start;
  const joint = new Float64Array(start.length);
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(start.length);
    for (let i = 0; i < likelihoods.length; i++) {
      const of = likelihoods[i] as Float64Array;
      let sum = 0;
      for (let j = 0; j < of.length; j++) {
        joint[j] = (prior[j] as number) * (of[j] as number);
        sum += joint[j] as number;
      }
      const share = (frequency[i] as number) / sum;
      for (let j = 0; j < of.length; j++) next[j] = (next[j] as number) + (joint[j] as number) * share;
    }
    prior = normalised(next);
  }
  return prior;
}

function posteriors(
  prior: Float64Array,
  counts: readonly number[],
  likelihoods: readonly Float64Array[],
): readonly (Float64Array | undefined)[] {
  const found: (Float64Array | undefined)[] = [];
  counts.forEach((count, i) => {
    let upTo = 0;
    const sums = (likelihoods[i] as Float64Array).map((each, j) => {
      upTo += each * (prior[j] as number);
      return upTo;
    });
    found[count] = sums.map((sum) => sum / upTo);
  });
  return found;
}

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
