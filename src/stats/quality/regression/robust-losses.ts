import type { NotComputable } from "../../not-computable.ts";
import { requireOpenFraction, requirePositive } from "../../require-argument.ts";
import type { QualityValue } from "../quality-value.ts";
import type { WeightOptions } from "../row-weights.ts";
import { meanOfPairs } from "./paired-values.ts";

/** Which quantile {@link pinballLoss} scores. */
export interface PinballOptions extends WeightOptions {
  /** The quantile that was predicted, strictly between 0 and 1. Always stated. */
  readonly quantile: number;
}

/** Where {@link huberLoss} bends. */
export interface HuberOptions extends WeightOptions {
  /** Errors up to this count squared, larger ones linearly; above 0, in the unit of the values. Always stated: it has a unit. */
  readonly delta: number;
}

/**
 * The pinball (quantile) loss: too-low predictions cost `quantile` a unit, too-high ones 1 − `quantile` (R. Koenker, G. Bassett, 1978).
 * Answers as {@link meanAbsoluteError}.
 *
 * @example
 * ```ts
 * import { isNotComputable, pinballLoss } from "sluice/stats";
 * const loss = pinballLoss([10, 10], [12, 9], { quantile: 0.9 });
 * if (isNotComputable(loss) || Math.abs(loss.value - 0.95) > 1e-12) throw new Error("(0.9·2 + 0.1·1) / 2");
 * ```
 */
export function pinballLoss(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: PinballOptions,
): QualityValue | NotComputable {
  const quantile = requireOpenFraction("quantile", options?.quantile);
  return meanOfPairs("pinball loss", predicted, actual, options, (p, a) =>
    a >= p ? quantile * (a - p) : (1 - quantile) * (p - a),
  );
}

/** Huber's loss: e²/2 up to `delta`, delta·(|e| − delta/2) beyond (P. J. Huber, 1964). Answers as {@link meanAbsoluteError}. */
export function huberLoss(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: HuberOptions,
): QualityValue | NotComputable {
  const delta = requirePositive("delta", options?.delta);
  return meanOfPairs("Huber loss", predicted, actual, options, (p, a) => {
    const error = Math.abs(p - a);
    return error <= delta ? (error * error) / 2 : delta * (error - delta / 2);
  });
}
