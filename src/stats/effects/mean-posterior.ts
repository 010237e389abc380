import { studentTIsf, studentTSf } from "../distributions/student-t.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { checkMoments } from "../moments/check-moments.ts";
import type { SampleMoments } from "../moments/moments.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireFinite, requireNonNegative, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { logBeta } from "../special/log-beta.ts";
import type { Belief } from "./belief.ts";

/** What is believed of a mean and a variance before any row (normal-inverse-gamma). */
export interface MeanPrior {
  /** The expected mean. */
  readonly mean: number;
  /** How many rows that expectation is worth: at least 0. */
  readonly rows: number;
  /** The expected variance. */
  readonly variance: number;
  /** How many degrees of freedom that is worth: at least 0. */
  readonly dof: number;
}

/** How {@link meanPosterior} believes. */
export interface MeanPosteriorOptions extends ConfidenceOptions {
  /** @default none: the posterior is Student's t around the sample mean */
  readonly prior?: MeanPrior;
}

/** What is believed of a mean after its rows: `value` + `scale`·t with `dof` degrees of freedom; the ends cut off equal tails. */
export interface MeanPosterior extends IntervalEstimate {
  readonly kind: "t";
  /** The scale: about the standard error. */
  readonly scale: number;
  /** Degrees of freedom. */
  readonly dof: number;
}

/**
 * The posterior of a mean with unknown variance: Student's t, with or without a conjugate prior (A. Gelman et al., "Bayesian data
 * analysis", 3rd ed., 3.2 and 3.3).
 *
 * `notComputable` where rows and prior have no variance. Throws `argument/invalid` for impossible moments or priors.
 *
 * @example
 * ```ts
 * import { isNotComputable, meanPosterior } from "sluice/stats";
 * const revenue = meanPosterior({ n: 400, mean: 12.5, variance: 64 });
 * if (isNotComputable(revenue) || revenue.scale !== 0.4 || revenue.dof !== 399) throw new Error("8/√400");
 * ```
 */
export function meanPosterior(
  moments: SampleMoments,
  options: MeanPosteriorOptions = {},
): MeanPosterior | NotComputable {
  const { n, mean, variance } = checkMoments("moments", moments);
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const prior = options.prior === undefined ? { mean, rows: 0, variance: 0, dof: -1 } : checkPrior(options.prior);
  const rows = prior.rows + n;
  const dof = prior.dof + n;
  const value = mean + (prior.rows / rows) * (prior.mean - mean);
  const apart = (prior.mean - mean) * Math.sqrt((prior.rows / rows) * n);
  const squares = Math.max(0, prior.dof) * prior.variance + (n - 1) * variance + apart * apart;
  const scale = Math.sqrt(squares / dof / rows);
  if (scale === 0) return notComputable("constant", "neither rows nor prior vary");
  const half = studentTIsf((1 - confidence) / 2, dof) * scale;
  if (!Number.isFinite(Math.abs(value) + half))
    return notComputable("infinite", "the interval leaves the range of doubles");
  return { kind: "t", value, scale, dof, lower: value - half, upper: value + half, confidence };
}

function checkPrior(prior: MeanPrior): MeanPrior {
  requireFinite("prior.mean", prior.mean);
  requireNonNegative("prior.rows", prior.rows);
  requireNonNegative("prior.variance", prior.variance);
  requireNonNegative("prior.dof", prior.dof);
  return prior;
}

/** The belief as functions of the mean. */
export function tBelief({ value, scale, dof }: Pick<MeanPosterior, "value" | "scale" | "dof">): Belief {
  requireFinite("value", value);
  requirePositive("scale", scale);
  requirePositive("dof", dof);
  const logNorm = logBeta(dof / 2, 0.5) + 0.5 * Math.log(dof) + Math.log(scale);
  const standard = (x: number): number => (x - value) / scale;
  return {
    quantile: (p) => value - scale * studentTIsf(p, dof),
    isf: (upper) => value + scale * studentTIsf(upper, dof),
    cdf: (x) => studentTSf(-standard(x), dof),
    sf: (x) => studentTSf(standard(x), dof),
    pdf: (x) => Math.exp(-((dof + 1) / 2) * Math.log1p(standard(x) ** 2 / dof) - logNorm),
  };
}
