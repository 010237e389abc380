import { portable } from "../../core/math/portable.ts";
import { requireNonNegative, requireOpenFraction, requireShape } from "../require-argument.ts";
import { logBetaTails } from "../special/incomplete-beta.ts";
import { logBeta } from "../special/log-beta.ts";
import { logComplement, type Tails, tailsOfLogs } from "../special/tails.ts";
import { betaLogit } from "./beta-logit.ts";

/** The probability that an F variable with `dof1` and `dof2` degrees of freedom (each from 1e-16 to 1e18) exceeds f (at least 0, `Infinity` allowed). */
export function fSf(f: number, dof1: number, dof2: number): number {
  return fTails(f, dof1, dof2).lower;
}

/** The probability that an F variable with `dof1` and `dof2` degrees of freedom is at most f. */
export function fCdf(f: number, dof1: number, dof2: number): number {
  return fTails(f, dof1, dof2).upper;
}

/** The f that an F variable stays below with the probability `p`, strictly between 0 and 1. */
export function fQuantile(p: number, dof1: number, dof2: number): number {
  requireOpenFraction("p", p);
  return fromLogit(p <= 0.5 ? -logitBelow(p, dof1, dof2) : logitAbove(1 - p, dof1, dof2), dof1, dof2);
}

/**
 * The f that an F variable exceeds with the probability `upper`, strictly between 0 and 1; `Infinity` where it is larger than any double.
 *
 * @example
 * ```ts
 * import { fIsf } from "sluice/stats";
 * if (Math.abs(fIsf(0.05, 2, 10) - 4.102821015130399) > 1e-13) throw new Error("not the 95% quantile");
 * ```
 */
export function fIsf(upper: number, dof1: number, dof2: number): number {
  requireOpenFraction("upper", upper);
  return fromLogit(upper <= 0.5 ? logitAbove(upper, dof1, dof2) : -logitBelow(1 - upper, dof1, dof2), dof1, dof2);
}

/** The tails of the share dof2/(dof2 + dof1·f), whose distance from its mean is known exactly. */
function fTails(f: number, dof1: number, dof2: number): Tails {
  const b = requireShape("dof1", dof1) / 2;
  const a = requireShape("dof2", dof2) / 2;
  if (f === Number.POSITIVE_INFINITY) return { lower: 0, upper: 1 };
  if (f === 0) return { lower: 1, upper: 0 };
  const ratio = (dof1 / dof2) * requireNonNegative("f", f);
  if (ratio < 1e-200 || ratio > 1e200) return farTails(portable.log(dof1 / dof2) + portable.log(f), a, b);
  const x = 1 / (1 + ratio);
  const y = 1 / (1 + 1 / ratio);
  return tailsOfLogs(logBetaTails(a, b, { x, y, fromMean: b * ((1 - f) * x) }));
}

/** Where the ratio leaves the doubles, or is about to, the smaller tail of the share is a pure power of it. */
function farTails(logRatio: number, a: number, b: number): Tails {
  const norm = logBeta(a, b);
  const small = logRatio < 0 ? b * logRatio - portable.log(b) - norm : -a * logRatio - portable.log(a) - norm;
  const [log, other] = [Math.min(0, small), logComplement(Math.min(0, small))];
  return tailsOfLogs(logRatio < 0 ? { lower: other, upper: log } : { lower: log, upper: other });
}

/** −ln of dof1·f/dof2 at which the upper tail is `tail`. */
function logitAbove(tail: number, dof1: number, dof2: number): number {
  return -betaLogit(tail, requireShape("dof2", dof2) / 2, requireShape("dof1", dof1) / 2);
}

function logitBelow(tail: number, dof1: number, dof2: number): number {
  return -betaLogit(tail, requireShape("dof1", dof1) / 2, requireShape("dof2", dof2) / 2);
}

function fromLogit(logit: number, dof1: number, dof2: number): number {
  // Beyond e^±700 the exponential alone may leave the doubles.
  return Math.abs(logit) < 700 ? portable.exp(logit) * (dof2 / dof1) : portable.exp(logit + portable.log(dof2 / dof1));
}
