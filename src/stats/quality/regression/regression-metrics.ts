import type { NotComputable } from "../../not-computable.ts";
import { isNotComputable } from "../../not-computable.ts";
import type { QualityValue } from "../quality-value.ts";
import type { WeightOptions } from "../row-weights.ts";
import { meanAbsoluteError, meanBias, meanSquaredError, rootMeanSquaredError } from "./mean-errors.ts";
import { maxError, medianAbsoluteError } from "./order-errors.ts";
import { explainedVariance, rSquared } from "./r-squared.ts";
import {
  meanAbsolutePercentageError,
  symmetricMeanAbsolutePercentageError,
  weightedAbsolutePercentageError,
} from "./relative-errors.ts";

/** What sums over rows say about predictions of numbers: mergeable (see `RegressionErrors`). */
export interface RegressionSummary {
  /** Rows. */
  readonly rows: number;
  /** The mean of predicted − actual. */
  readonly meanBias: number | NotComputable;
  /** The mean absolute error. */
  readonly meanAbsoluteError: number | NotComputable;
  /** The mean squared error. */
  readonly meanSquaredError: number | NotComputable;
  /** Its square root. */
  readonly rootMeanSquaredError: number | NotComputable;
  /** The largest absolute error. */
  readonly maxError: number | NotComputable;
  /** MAPE, a fraction; `notComputable` when an actual value is 0. */
  readonly meanAbsolutePercentageError: number | NotComputable;
  /** sMAPE, a fraction in [0, 2]. */
  readonly symmetricMeanAbsolutePercentageError: number | NotComputable;
  /** WAPE, a fraction. */
  readonly weightedAbsolutePercentageError: number | NotComputable;
  /** R². */
  readonly rSquared: number | NotComputable;
  /** R² blind to a constant bias. */
  readonly explainedVariance: number | NotComputable;
}

/** What {@link regressionMetrics} found. */
export interface RegressionMetrics extends RegressionSummary {
  /** The median absolute error. */
  readonly medianAbsoluteError: number | NotComputable;
}

/**
 * The usual measures of predicted numbers, all at once; each is also a function of its own, with the same meaning.
 *
 * Predictions come first, as everywhere in this family (scikit-learn has them second): a silent swap would change R² and MAPE.
 *
 * Each value is `notComputable` for itself; `argument/invalid` for different lengths and negative weights.
 *
 * @example
 * ```ts
 * import { regressionMetrics } from "sluice/stats";
 * const found = regressionMetrics([2.5, 0, 2, 8], [3, -0.5, 2, 7]);
 * if (found.meanAbsoluteError !== 0.5 || found.meanSquaredError !== 0.375 || found.maxError !== 1) throw new Error("by hand");
 * ```
 */
export function regressionMetrics(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): RegressionMetrics {
  const all = [predicted, actual, options] as const;
  const plain = (found: QualityValue | NotComputable): number | NotComputable =>
    isNotComputable(found) ? found : found.value;
  return {
    rows: actual.length,
    meanBias: plain(meanBias(...all)),
    meanAbsoluteError: plain(meanAbsoluteError(...all)),
    meanSquaredError: plain(meanSquaredError(...all)),
    rootMeanSquaredError: plain(rootMeanSquaredError(...all)),
    medianAbsoluteError: plain(medianAbsoluteError(...all)),
    maxError: plain(maxError(predicted, actual)),
    meanAbsolutePercentageError: plain(meanAbsolutePercentageError(...all)),
    symmetricMeanAbsolutePercentageError: plain(symmetricMeanAbsolutePercentageError(...all)),
    weightedAbsolutePercentageError: plain(weightedAbsolutePercentageError(...all)),
    rSquared: plain(rSquared(...all)),
    explainedVariance: plain(explainedVariance(...all)),
  };
}
