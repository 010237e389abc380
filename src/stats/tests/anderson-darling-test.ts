import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Random } from "../../core/random.ts";
import { checkSample } from "../check-sample.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { andersonDarlingPValue } from "./anderson-darling-p-value.ts";
import { andersonDarlingSpread, andersonDarlingSum, type PooledGroups } from "./anderson-darling-statistic.ts";
import { permutationPValue, requirePermutations } from "./permuted-splits.ts";

/** How {@link andersonDarlingTest} treats ties and finds its p-value. */
export interface AndersonDarlingOptions extends WorkOptions {
  /** Equation 7 of Scholz and Stephens, with midranks, for values that repeat; else equation 6. The two differ a little without ties too. @default true */
  readonly midrank?: boolean;
  /** Gives the p-value by random permutations, which has a value beyond the table; the same seed gives the same one. */
  readonly random?: Random;
  /** How many permutations, 1 to 100,000,000; only with `random`. @default 9999 */
  readonly permutations?: number;
}

/** What {@link andersonDarlingTest} found. */
export interface AndersonDarlingResult {
  /** A² less its mean k − 1, over its standard deviation. */
  readonly statistic: number;
  /** The p-value; from the table it lies in [0.001, 0.25] up to the parabola's rounding. */
  readonly pValue: number;
  /** Which way the true p-value lies if the statistic is off the table: at least 0.25, or at most 0.001. Absent where `pValue` is a value. */
  readonly pValueBound?: "at-least" | "at-most";
  /** How the p-value was found. */
  readonly method: "table" | "permutation";
  /** How many permutations were drawn. */
  readonly permutations?: number;
  /** The standard error of the p-value by the random choice of permutations. */
  readonly standardError?: number;
  /** How many rows each sample has. */
  readonly sizes: readonly number[];
}

/**
 * The Anderson–Darling test of two or more samples: do all come from one distribution? It weighs the ends of the range as much as the
 * middle, so that it sees changes of the tails that Kolmogorov–Smirnov misses.
 *
 * From the table of Scholz and Stephens (1987) the p-value is known between 0.001 and 0.25 only; pass `random` where you rank, combine
 * or adjust p-values. `notComputable` for an empty sample, a NaN, fewer than four rows in all, samples of one row each, or if all values are equal;
 * infinite values are ordinary ends of the order. Throws `argument/invalid` for fewer than two samples, and for `permutations` without `random`.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { andersonDarlingTest, isNotComputable } from "sluice/stats";
 * const weeks = [0, 0, 40].map((later) => Float64Array.from({ length: 50 }, (_, i) => i + later));
 * const table = andersonDarlingTest(weeks);
 * if (isNotComputable(table) || table.pValueBound !== "at-most") throw new Error("far beyond the table");
 * const drawn = andersonDarlingTest(weeks, { random: seededRandom(7) });
 * if (isNotComputable(drawn) || drawn.pValue !== 1 / 10_000) throw new Error("none of 9,999 permutations is as far apart");
 * ```
 */
export function andersonDarlingTest(
  samples: readonly ArrayLike<number>[],
  options: AndersonDarlingOptions = {},
): AndersonDarlingResult | NotComputable {
  const { midrank = true, random } = options;
  checkArguments(samples, options);
  for (let k = 0; k < samples.length; k++) {
    const problem = checkSample(
      ["first", "second", "third"][k] ?? `${k + 1}th`,
      samples[k] as ArrayLike<number>,
      false,
    );
    if (problem !== undefined) return problem;
  }
  const pooled = pooledGroups(samples);
  if (pooled.starts.length === 2) return notComputable("constant", "every value of all samples is the same");
  if (pooled.groups.length < 4 || pooled.groups.length === samples.length) {
    return notComputable("too-few", "the statistic varies from four rows in all on, and with two in a sample");
  }
  const sum = andersonDarlingSum(pooled, midrank);
  const statistic = (sum - (samples.length - 1)) / andersonDarlingSpread(pooled.sizes);
  const sizes = Array.from(pooled.sizes);
  if (random === undefined) {
    return { statistic, ...andersonDarlingPValue(statistic, samples.length), method: "table", sizes };
  }
  const permutations = requirePermutations(options.permutations);
  const extreme = countExtreme(pooled, midrank, sum, { ...options, random, permutations });
  const { pValue, standardError } = permutationPValue(extreme, { method: "random", permutations });
  return { statistic, pValue, method: "permutation", permutations, standardError, sizes };
}

function checkArguments(samples: readonly ArrayLike<number>[], { random, permutations }: AndersonDarlingOptions): void {
  if (samples.length < 2) {
    throw new SluiceError("argument/invalid", {
      found: `${samples.length} samples`,
      expected: "a list of two or more",
      fix: "Pass the samples as one list: andersonDarlingTest([x, y]).",
    });
  }
  if (random !== undefined || permutations === undefined) return;
  throw new SluiceError("argument/invalid", {
    found: "permutations without random",
    expected: "a seeded random to draw them from",
    fix: "Pass random: seededRandom(seed) too.",
  });
}

/** How many random ways to deal out the rows have a sum of at least `observed`. */
function countExtreme(
  { groups, starts, sizes }: PooledGroups,
  midrank: boolean,
  observed: number,
  options: WorkOptions & { readonly random: Random; readonly permutations: number },
): number {
  const { random, permutations, signal, onProgress } = options;
  const dealt = { groups: groups.slice(), starts, sizes };
  const every = Math.max(1, Math.floor(permutations / 100));
  let extreme = 0;
  for (let done = 1; done <= permutations; done++) {
    signal?.throwIfAborted();
    random.shuffle(dealt.groups);
    if (andersonDarlingSum(dealt, midrank) >= observed * (1 - 1e-12)) extreme++;
    if (done % every === 0) onProgress?.({ stage: "permutations", done, total: permutations, unit: "permutations" });
  }
  return extreme;
}

/** All rows in ascending order: radix sorts, and then each sample's rows take their places among the equal ones. */
function pooledGroups(samples: readonly ArrayLike<number>[]): PooledGroups {
  const sizes = Float64Array.from(samples, (sample) => sample.length);
  const values = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const sample of samples) {
    values.set(sample, at);
    at += sample.length;
  }
  const sorted = sortDoubles(values);
  const starts = new Uint32Array(sorted.length + 1);
  let distinct = 0;
  for (let row = 0; row < sorted.length; row++) {
    if (row === 0 || sorted[row] !== sorted[row - 1]) starts[distinct++] = row;
  }
  starts[distinct] = sorted.length;
  const groups = new Uint32Array(sorted.length);
  const free = starts.slice(0, distinct);
  samples.forEach((sample, k) => {
    let value = 0;
    for (const each of sortDoubles(sample)) {
      while (sorted[starts[value] as number] !== each) value++;
      groups[free[value] as number] = k;
      free[value] = (free[value] as number) + 1;
    }
  });
  return { groups, starts: starts.subarray(0, distinct + 1), sizes };
}
