import { type Alternative, alternatives } from "../alternative.ts";
import { studentTIsf, studentTSf } from "../distributions/student-t.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf, requireOpenFraction } from "../require-argument.ts";

/** `absolute`: treatment − control; `relative`: that over |control|, so that its sign always tells the direction. */
export type EffectScale = "absolute" | "relative";

/** How an effect is told. */
export interface EffectOptions extends ConfidenceOptions {
  /** @default "absolute" */
  readonly effect?: EffectScale;
  /** What the p-value and the interval are about; `greater`: the treatment lies above the control. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** The effect of a treatment against a control. An end that the alternative does not ask about is infinite. */
export interface EffectEstimate extends IntervalEstimate {
  /** The scale of `value`, its error and its interval. */
  readonly effect: EffectScale;
  /** The standard error of `value`. */
  readonly standardError: number;
  /** The probability of an effect at least as extreme if there is none; for one look at the end. */
  readonly pValue: number;
  /** Satterthwaite's degrees of freedom. */
  readonly dof: number;
  /** Rows of the control. */
  readonly n: number;
  /** Rows of the treatment. */
  readonly m: number;
}

/** The metric of one arm. */
export interface ArmEstimate {
  /** The estimated metric. */
  readonly value: number;
  /** The variance of that estimate: its standard error squared. */
  readonly variance: number;
  /** Rows. */
  readonly n: number;
}

/**
 * The effect of two independent arms: normal theory with Satterthwaite's degrees of freedom, relative ones by the delta method
 * (A. Deng et al., "Applying the delta method in metric analytics", KDD 2018): var(t/c) = var(t)/c² + var(c) t²/c⁴.
 */
export function armsEffect(
  control: ArmEstimate,
  treatment: ArmEstimate,
  options: EffectOptions,
): EffectEstimate | NotComputable {
  const relative = scaleOf(options) === "relative";
  if (relative && control.value === 0)
    return notComputable("zero-denominator", "the control is 0, so nothing is relative to it");
  const unit = relative ? Math.abs(control.value) : 1;
  const ratio = relative ? treatment.value / control.value : 1;
  const ofControl = (Math.sqrt(control.variance) / unit) * Math.abs(ratio);
  const ofTreatment = Math.sqrt(treatment.variance) / unit;
  const standardError = Math.hypot(ofControl, ofTreatment);
  if (standardError === 0) return notComputable("constant", "neither arm varies");
  const share = (ofControl / standardError) ** 2;
  const dof = 1 / (share ** 2 / (control.n - 1) + (1 - share) ** 2 / (treatment.n - 1));
  const value = (treatment.value - control.value) / unit;
  return effectEstimate({ value, standardError, dof, n: control.n, m: treatment.n }, options);
}

/** The scale that is asked for, checked. */
export function scaleOf(options: EffectOptions): EffectScale {
  return requireOneOf("effect", options.effect ?? "absolute", ["absolute", "relative"]);
}

/** Completes an effect by its interval and its p-value; `notComputable` where nothing varies and where they leave the doubles. */
export function effectEstimate(
  found: Pick<EffectEstimate, "value" | "standardError" | "dof" | "n" | "m">,
  options: EffectOptions,
): EffectEstimate | NotComputable {
  const { value, standardError, dof } = found;
  const effect = scaleOf(options);
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  if (standardError === 0) return notComputable("constant", "the standard error of the effect is 0");
  if (!Number.isFinite(standardError))
    return notComputable("infinite", "the standard error leaves the range of doubles");
  const twoSided = alternative === "two-sided";
  const half = studentTIsf(twoSided ? (1 - confidence) / 2 : 1 - confidence, dof) * standardError;
  if (!Number.isFinite(value) || !Number.isFinite(half) || !Number.isFinite(Math.abs(value) + Math.abs(half)))
    return notComputable("infinite", "the effect or its interval leaves the range of doubles");
  const t = value / standardError;
  const pValue = twoSided ? 2 * studentTSf(Math.abs(t), dof) : studentTSf(alternative === "greater" ? t : -t, dof);
  return {
    ...found,
    effect,
    lower: alternative === "less" ? Number.NEGATIVE_INFINITY : value - half,
    upper: alternative === "greater" ? Number.POSITIVE_INFINITY : value + half,
    confidence,
    pValue,
  };
}
