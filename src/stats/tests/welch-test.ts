import { type Alternative, alternatives } from "../alternative.ts";
import { checkSample } from "../check-sample.ts";
import { studentTIsf, studentTSf } from "../distributions/student-t.ts";
import type { ConfidenceOptions } from "../interval-estimate.ts";
import type { SampleMoments } from "../moments/moments.ts";
import { MomentsAccumulator } from "../moments/moments-accumulator.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import {
  requireCount,
  requireFinite,
  requireNonNegative,
  requireOneOf,
  requireOpenFraction,
} from "../require-argument.ts";
import { roundRatio } from "../sums/double-units.ts";
import { symmetricPValue } from "./symmetric-p-value.ts";

/** Options of {@link welchTest}. */
export interface MeanTestOptions extends ConfidenceOptions {
  /** `greater`: the first mean is larger. @default "two-sided" */
  readonly alternative?: Alternative;
  /** Pool the variances (Student's test), for samples that are known to vary alike. @default false */
  readonly equalVariance?: boolean;
}

/** What {@link welchTest} found. */
export interface MeanTestResult {
  /** t, the difference of the means over its standard error. */
  readonly statistic: number;
  /** The degrees of freedom: Satterthwaite's, or n + m − 2 with equal variances. */
  readonly dof: number;
  /** The probability of a t as extreme, to the side that was asked for, if the means are equal. */
  readonly pValue: number;
  /** The mean of the first sample minus the mean of the second. */
  readonly difference: number;
  /** The standard error of the difference. */
  readonly standardError: number;
  /** The lower end of the two-sided interval of the difference, whatever the alternative. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
  /** The chance that such an interval holds the truth. */
  readonly confidence: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/**
 * Welch's t-test (1947): do two samples have the same mean, whatever their variances? With `equalVariance` Student's (1908).
 *
 * Takes values, or their {@link SampleMoments}. Means, variances and, of values, the difference of the means are the doubles nearest to the
 * exact ones: values like 10^9 ± 1 lose nothing. `notComputable` with fewer than two rows on a side (with `equalVariance` one side may be a
 * single row, to which the other lends its variance), NaN or infinite values, no variance on either side, or values so large or so small
 * that their squares leave the range of doubles.
 * Throws `argument/invalid` for impossible moments.
 *
 * @example
 * ```ts
 * import { isNotComputable, welchTest } from "sluice/stats";
 * const result = welchTest([1, 2, 3, 4], [11, 12, 13, 14]);
 * if (isNotComputable(result) || !(result.pValue < 0.001)) throw new Error("ten apart is visible");
 * const same = welchTest({ n: 4, mean: 2.5, variance: 5 / 3 }, [11, 12, 13, 14]);
 * if (isNotComputable(same) || same.statistic !== result.statistic) throw new Error("moments are enough");
 * ```
 */
export function welchTest(
  x: ArrayLike<number> | SampleMoments,
  y: ArrayLike<number> | SampleMoments,
  options: MeanTestOptions = {},
): MeanTestResult | NotComputable {
  const { alternative = "two-sided", equalVariance = false } = options;
  requireOneOf("alternative", alternative, alternatives);
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const first = sampleOf("first", x);
  if (isNotComputable(first)) return first;
  const second = sampleOf("second", y);
  if (isNotComputable(second)) return second;
  if (Math.min(first.n, second.n) < 2 && (!equalVariance || first.n === second.n)) return tooFew;
  if (first.variance === 0 && second.variance === 0) return notComputable("constant", "neither sample varies");
  const error = equalVariance ? pooledError(first, second) : separateError(first, second);
  const { n } = first;
  const { n: m } = second;
  const difference = differenceOfMeans(first, second);
  const { standardError, dof } = error;
  const statistic = difference / standardError;
  const half = studentTIsf((1 - confidence) / 2, dof) * standardError;
  const lower = difference - half;
  const upper = difference + half;
  if (![statistic, dof, lower, upper].every(Number.isFinite)) {
    return notComputable("out-of-range", "means and variances whose quotients leave the range of doubles");
  }
  const pValue = symmetricPValue(statistic, alternative, (t) => studentTSf(t, dof));
  return { statistic, dof, pValue, difference, standardError, lower, upper, confidence, n, m };
}

interface ErrorOfDifference {
  readonly standardError: number;
  readonly dof: number;
}

function separateError(first: SampleMoments, second: SampleMoments): ErrorOfDifference {
  const a = first.variance / first.n;
  const b = second.variance / second.n;
  const share = a / (a + b);
  const rest = b / (a + b);
  const dof = 1 / (share ** 2 / (first.n - 1) + rest ** 2 / (second.n - 1));
  return { standardError: Math.sqrt(a + b), dof };
}

function pooledError(first: SampleMoments, second: SampleMoments): ErrorOfDifference {
  const dof = first.n + second.n - 2;
  const pooled = first.variance * ((first.n - 1) / dof) + second.variance * ((second.n - 1) / dof);
  return { standardError: Math.sqrt(pooled / first.n + pooled / second.n), dof };
}

/** The moments of a sample and, where its values are known, their exact sum in units of 2^−1074. */
interface Sample extends SampleMoments {
  readonly sum?: bigint;
}

function sampleOf(name: string, sample: ArrayLike<number> | SampleMoments): Sample | NotComputable {
  if ("length" in sample) {
    const problem = checkSample(name, sample, true);
    if (problem !== undefined) return problem;
    const moments = new MomentsAccumulator();
    moments.addAll(sample);
    const { sum } = moments.units();
    const { n } = moments;
    if (n === 1) return { n, mean: sample[0] as number, variance: 0, sum };
    const summary = moments.summary();
    return isNotComputable(summary) ? summary : { ...summary, sum };
  }
  requireCount(`${name}.n`, sample.n);
  if (sample.n === 0) return tooFew;
  requireFinite(`${name}.mean`, sample.mean);
  requireNonNegative(`${name}.variance`, sample.variance);
  return { n: sample.n, mean: sample.mean, variance: sample.n === 1 ? 0 : sample.variance };
}

/** The difference of the means: of exact sums, since two means that are rounded to doubles may agree in most of their digits. */
function differenceOfMeans(first: Sample, second: Sample): number {
  if (first.sum === undefined || second.sum === undefined) return first.mean - second.mean;
  const [n, m] = [BigInt(first.n), BigInt(second.n)];
  return roundRatio(first.sum * m - second.sum * n, n * m, -1074);
}

const tooFew = notComputable("too-few", "a variance needs two rows on each side, a pooled one three in all");
