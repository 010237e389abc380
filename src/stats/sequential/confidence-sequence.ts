import { type Alternative, alternatives } from "../alternative.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { requireOneOf, requireOpenFraction, requirePositive } from "../require-argument.ts";
import {
  type BurnInOptions,
  checkSequentialEstimate,
  type SequentialEstimate,
  sidedInterval,
} from "./sequential-estimate.ts";

/** How {@link confidenceSequence} spends its error. */
export interface ConfidenceSequenceOptions extends ConfidenceOptions, BurnInOptions {
  /** The number of rows, of both arms together, at which the interval is to be narrowest. @default 5000 */
  readonly tunedFor?: number;
  /** `greater`: is the truth above 0, with a lower bound only; `less`: is it below 0, with an upper bound only. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** An interval that holds at all times at once. */
export interface ConfidenceSequenceAt extends IntervalEstimate {
  /** The always-valid p-value of no effect: at most 1 − confidence exactly when the interval does not hold 0. */
  readonly pValue: number;
}

/**
 * The asymptotic confidence sequence of a mean or an effect: however often it is looked at, the chance that it *ever* excludes the
 * truth is about 1 − confidence.
 *
 * I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences", arXiv 2103.06476: eq. 9 and 155 two-sided, eq. 134 one-sided with its inversion as the p-value; this is also what
 * GrowthBook computes. A one-sided interval is infinite on its open side.
 *
 * The variance is estimated, so it waits: `notComputable` ("too-few") before `minimumEvents` events in each arm, "constant" for a
 * standard error of 0, "infinite" where the interval overflows. Throws `argument/invalid` for impossible numbers. Bad events of a
 * rollout need no approximation: use {@link GuardrailEProcess}.
 *
 * @example
 * ```ts
 * import { confidenceSequence, isNotComputable } from "sluice/stats";
 * const early = confidenceSequence({ value: -0.02, standardError: 0.001, n: 900, m: 100, events: 0 });
 * if (!isNotComputable(early)) throw new Error("no event in an arm: nothing can be said");
 * const now = confidenceSequence({ value: 0.02, standardError: 0.004, n: 8000, m: 8000, events: 400 });
 * if (isNotComputable(now) || !(now.lower > 0 && now.pValue < 0.05)) throw new Error("an effect of five standard errors");
 * ```
 */
export function confidenceSequence(
  at: SequentialEstimate,
  options: ConfidenceSequenceOptions = {},
): ConfidenceSequenceAt | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const tunedFor = requirePositive("tunedFor", options.tunedFor ?? 5000);
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  const unusable = checkSequentialEstimate(at, options);
  if (unusable !== undefined) return unusable;
  const { value, standardError } = at;
  const alpha = 1 - confidence;
  const sided = alternative !== "two-sided";
  const scaled = ((at.n + (at.m ?? 0)) * rho2(sided ? 2 * alpha : alpha)) / tunedFor;
  const logGrowth = Math.log1p(scaled) / 2;
  const needed = sided ? Math.log1p(Math.exp(logGrowth) / (2 * alpha)) : logGrowth - Math.log(alpha);
  const half = standardError * Math.sqrt((2 * (scaled + 1) * needed) / scaled);
  const interval = sidedInterval(value, half, alternative);
  if (isNotComputable(interval)) return interval;
  const z = value / standardError;
  const evidence = (scaled / (2 * (scaled + 1))) * Math.min(z * z, Number.MAX_VALUE);
  const against = alternative === "less" ? z >= 0 : z <= 0;
  const logP = sided ? logGrowth - Math.LN2 - evidence - Math.log(-Math.expm1(-evidence)) : logGrowth - evidence;
  const pValue = sided && (against || evidence === 0) ? 1 : Math.exp(Math.min(0, logP));
  return { value, ...interval, confidence, pValue };
}

/** ρ² for one row: what makes the interval narrowest there (eq. 161). Above a level of 0.99 there is nothing left to tune. */
function rho2(level: number): number {
  const log = -2 * Math.log(Math.min(level, 0.99));
  return log + Math.log1p(log);
}
