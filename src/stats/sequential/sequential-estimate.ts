import type { Alternative } from "../alternative.ts";
import type { IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFinite, requireNonNegative } from "../require-argument.ts";

/** An estimate at one look, as {@link confidenceSequence} and {@link msprt} take it: a mean, a proportion, or an effect of two arms. */
export interface SequentialEstimate {
  /** The estimated mean or effect. */
  readonly value: number;
  /** Its standard error now: at least 0. */
  readonly standardError: number;
  /** Rows so far: of the control, or of the only sample. At least 1. */
  readonly n: number;
  /** Rows of the treatment so far; leave it out where there is one sample. @default 0 */
  readonly m?: number;
  /**
   * The fewest events of an arm so far, which tell how far the normal approximation may be trusted. For proportions the least of the
   * successes and of the failures of both arms; for means the rows of the smaller arm, of a metric that is mostly 0 only its other rows.
   */
  readonly events: number;
}

/** How long an approximate sequential method waits before it says anything. */
export interface BurnInOptions {
  /**
   * The fewest {@link SequentialEstimate.events} for which there is an answer: a whole number. The variance is estimated, and with a
   * handful of events in an arm it is estimated far too small: without a burn-in up to 78% false alarms were simulated at a nominal
   * 5%, with 5 events up to 6%, with 10 at most 5%. @default 10
   */
  readonly minimumEvents?: number;
}

/** Says why there is no answer at this look, or `undefined` if there is one; throws `argument/invalid` for impossible numbers. */
export function checkSequentialEstimate(at: SequentialEstimate, options: BurnInOptions): NotComputable | undefined {
  const least = requireCount("minimumEvents", options.minimumEvents ?? 10);
  requireFinite("value", at.value);
  requireNonNegative("standardError", at.standardError);
  requireCount("n", at.n, 1);
  requireCount("m", at.m ?? 0);
  const events = requireCount("events", at.events);
  if (events < least) return notComputable("too-few", `${events} events in an arm, of at least ${least}`);
  if (at.standardError === 0) return notComputable("constant", "the standard error is 0: nothing varied so far");
  return undefined;
}

/** The interval `value` ± `half`, infinite on the side that an alternative does not ask about; `notComputable` where it overflows. */
export function sidedInterval(
  value: number,
  half: number,
  alternative: Alternative,
): Pick<IntervalEstimate, "lower" | "upper"> | NotComputable {
  const lower = value - half;
  const upper = value + half;
  if (
    !Number.isFinite(alternative === "less" ? upper : lower) ||
    !Number.isFinite(alternative === "greater" ? lower : upper)
  )
    return notComputable("infinite", "an end of the interval overflows");
  if (alternative === "greater") return { lower, upper: Number.POSITIVE_INFINITY };
  return alternative === "less" ? { lower: Number.NEGATIVE_INFINITY, upper } : { lower, upper };
}
