import type { WorkOptions } from "../../core/progress.ts";
import type { Random } from "../../core/random.ts";
import { checkSample } from "../check-sample.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { interpolatedQuantile } from "../quantile.ts";
import { requireCount, requireOneOf, requireOpenFraction } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { bcaLevels } from "./bca-levels.ts";
import { jackknife } from "./jackknife.ts";
import { resampler, type Statistic } from "./resampler.ts";

/** How {@link bootstrapInterval} resamples. The work is done before the call returns; `signal` is looked at between resamples. */
export interface BootstrapOptions extends ConfidenceOptions, WorkOptions {
  /** What is estimated: a number of as many samples as were given. The arrays are written over after each call. */
  readonly statistic: Statistic;
  /** Where the resamples come from; the same seed gives the same interval. */
  readonly random: Random;
  /** How many resamples are drawn, 100 to 10,000,000. @default 9999 */
  readonly resamples?: number;
  /** `bca`: corrected for bias and skew; `percentile`: quantiles of the resampled statistics; `basic`: those, mirrored at the estimate. @default "bca" */
  readonly method?: "bca" | "percentile" | "basic";
  /** Rows of the samples belong together and are drawn together; the samples then have one length. @default false */
  readonly paired?: boolean;
}

/** An estimate with its bootstrap interval. */
export interface BootstrapInterval extends IntervalEstimate {
  /** The standard deviation of the resampled statistics. */
  readonly standardError: number;
  /** How the interval was found. */
  readonly method: "bca" | "percentile" | "basic";
  /** The resampled statistics, ascending. */
  readonly resampled: Float64Array;
}

/**
 * A bootstrap interval of any statistic of one or more samples: bias-corrected and accelerated (B. Efron, "Better bootstrap confidence
 * intervals", 1987), seeded.
 *
 * The acceleration comes from a jackknife, which calls the statistic once a row; above 2,000 rows of a sample once for each of 2,000
 * groups of rows. `notComputable` for an empty sample, NaN or infinite values, a statistic that is not finite on the samples, a resample
 * or a jackknife sample, and where all resamples agree. Throws `argument/invalid` for bad options, and what the statistic throws.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { bootstrapInterval, isNotComputable } from "sluice/stats";
 * const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
 * const lift = (control: Float64Array, treatment: Float64Array): number => mean(treatment) / mean(control) - 1;
 * const arms = [[3, 4, 5, 4, 3, 5], [5, 6, 6, 7, 5, 9]];
 * const found = bootstrapInterval(arms, { statistic: lift, random: seededRandom(1) });
 * if (isNotComputable(found) || !(found.lower > 0.2 && found.upper < 1.1)) throw new Error("a clear lift");
 * ```
 */
export function bootstrapInterval(
  samples: readonly ArrayLike<number>[],
  options: BootstrapOptions,
): BootstrapInterval | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const method = requireOneOf("method", options.method ?? "bca", ["bca", "percentile", "basic"]);
  requireCount("samples.length", samples.length, 1);
  for (const [i, sample] of samples.entries()) {
    const problem = checkSample(`${i + 1}.`, sample, true);
    if (problem !== undefined) return problem;
  }
  const rows = samples.map((sample) => Float64Array.from(sample));
  const value = options.statistic(...rows.map((sample) => sample.slice()));
  if (!Number.isFinite(value)) return notComputable("out-of-range", `the statistic of the samples is ${value}`);
  const drawn = resampledStatistics(rows, options);
  if (isNotComputable(drawn)) return drawn;
  const resampled = sortDoubles(drawn);
  const last = resampled.length - 1;
  if (resampled[0] === resampled[last]) return notComputable("constant", "all resamples have the same statistic");
  const tail = (1 - confidence) / 2;
  const levels = method === "bca" ? levelsOf(rows, value, resampled, tail, options) : { lower: tail, upper: 1 - tail };
  if (isNotComputable(levels)) return levels;
  const low = interpolatedQuantile(resampled, levels.lower);
  const high = interpolatedQuantile(resampled, levels.upper);
  const ends =
    method === "basic" ? { lower: value + (value - high), upper: value + (value - low) } : { lower: low, upper: high };
  if (!Number.isFinite(ends.lower) || !Number.isFinite(ends.upper))
    return notComputable("infinite", "an end of the interval leaves the range of doubles");
  return { value, standardError: deviation(resampled), ...ends, confidence, method, resampled };
}

function levelsOf(
  rows: readonly Float64Array[],
  value: number,
  resampled: Float64Array,
  tail: number,
  { statistic, paired = false }: BootstrapOptions,
): { readonly lower: number; readonly upper: number } | NotComputable {
  const left = jackknife(rows, statistic, paired);
  return isNotComputable(left) ? left : bcaLevels(value, resampled, left, tail);
}

function resampledStatistics(
  rows: readonly Float64Array[],
  { random, resamples = 9999, paired = false, statistic, signal, onProgress }: BootstrapOptions,
): Float64Array | NotComputable {
  requireCount("resamples", resamples, 100, 10_000_000);
  const draw = resampler(rows, random, paired);
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    if (i % 100 === 0) {
      signal?.throwIfAborted();
      onProgress?.({ stage: "bootstrap", done: i, total: resamples, unit: "resamples" });
    }
    const value = statistic(...draw());
    if (!Number.isFinite(value)) return notComputable("out-of-range", `the statistic of a resample is ${value}`);
    values[i] = value;
  }
  onProgress?.({ stage: "bootstrap", done: resamples, total: resamples, unit: "resamples" });
  return values;
}

/** The standard deviation, on values scaled so that no square overflows. */
function deviation(values: Float64Array): number {
  const scale = Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number));
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += ((values[i] as number) / scale - mean) / (i + 1);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) / scale - mean) ** 2;
  return scale * Math.sqrt(squares / (values.length - 1));
}
