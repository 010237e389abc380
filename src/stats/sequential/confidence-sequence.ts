import { requireCount, requireFinite, requireOpenFraction, requirePositive } from "../require-argument.ts";

/** An estimate as {@link confidenceSequence} takes it. */
export interface SequentialEstimate {
  /** The estimated effect. */
  readonly estimate: number;
  /** Its standard error now: above 0. */
  readonly standardError: number;
  /** Rows of both arms so far. */
  readonly rows: number;
}

/** How {@link confidenceSequence} spends its error. */
export interface ConfidenceSequenceOptions {
  /** The chance of ever excluding the truth. @default 0.05 */
  readonly alpha?: number;
  /** The number of rows at which the interval is to be narrowest. @default 5000 */
  readonly tunedFor?: number;
}

/** An interval that holds at all times at once. */
export interface ConfidenceSequenceAt {
  /** The lower end. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
  /** The always-valid p-value of no effect. */
  readonly pValue: number;
}

/**
 * The asymptotic confidence sequence of an estimate (I. Waudby-Smith et al., arXiv 2103.06476), two-sided.
 *
 * It is asymptotic: before about 10 events in each arm it alarms far too often (58% at a nominal 5% for rare events at a 5% share), so
 * wait for them, and use {@link GuardrailEProcess} for guardrails. Throws `argument/invalid` for impossible numbers.
 */
export function confidenceSequence(
  at: SequentialEstimate,
  options: ConfidenceSequenceOptions = {},
): ConfidenceSequenceAt {
  const alpha = requireOpenFraction("alpha", options.alpha ?? 0.05);
  const tunedFor = requirePositive("tunedFor", options.tunedFor ?? 5000);
  const estimate = requireFinite("estimate", at.estimate);
  const standardError = requirePositive("standardError", at.standardError);
  const n = requireCount("rows", at.rows, 1);
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tunedFor;
  const growth = n * rho2 + 1;
  const variance = standardError * standardError * n;
  const half = Math.sqrt((variance * 2 * growth * Math.log(Math.sqrt(growth) / alpha)) / (n * n * rho2));
  const evidence = (estimate * estimate * n) / (standardError * standardError);
  const pValue = Math.min(1, Math.sqrt(growth) * Math.exp((-rho2 * evidence) / (2 * growth)));
  return { lower: estimate - half, upper: estimate + half, pValue };
}
