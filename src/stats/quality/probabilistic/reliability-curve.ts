import type { ConfidenceOptions } from "../../interval-estimate.ts";
import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { type ProbabilityBinsOptions, probabilityEdges } from "./probability-edges.ts";
import { checkProbabilities } from "./probability-losses.ts";
import { type CalibrationError, type ReliabilityBin, ReliabilityBins } from "./reliability-bins.ts";

/**
 * The reliability curve: for bins of predicted probabilities, the mean prediction and the share that happened with Wilson's interval.
 * Bins without rows are left out. The same bins as scikit-learn's `calibration_curve`.
 *
 * `notComputable` without rows and for NaN or values outside [0, 1]; labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, reliabilityCurve } from "sluice/stats";
 * const curve = reliabilityCurve([0.1, 0.2, 0.3, 0.8, 0.9], [0, 0, 1, 1, 1], { bins: 2 });
 * if (isNotComputable(curve) || curve[0]?.positives !== 1 || curve[1]?.observed.value !== 1) throw new Error("one of three, two of two");
 * ```
 */
export function reliabilityCurve(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ProbabilityBinsOptions & ConfidenceOptions = {},
): readonly ReliabilityBin[] | NotComputable {
  const bins = binned(probabilities, labels, options);
  return isNotComputable(bins) ? bins : bins.curve(options);
}

/**
 * The expected and the maximum calibration error of probabilities. Both depend on the bins, and ECE is above 0 by chance even for a
 * perfect model: compare models on the same bins and rows only. Answers as {@link reliabilityCurve}.
 */
export function calibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ProbabilityBinsOptions = {},
): CalibrationError | NotComputable {
  const bins = binned(probabilities, labels, options);
  return isNotComputable(bins) ? bins : bins.calibrationError();
}

function binned(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ProbabilityBinsOptions,
): ReliabilityBins | NotComputable {
  requireSameLength("probabilities and labels", probabilities, labels);
  const unfit = checkProbabilities(probabilities);
  const edges = unfit === undefined ? probabilityEdges(probabilities, options) : new Float64Array(0);
  const bins = new ReliabilityBins({ edges });
  bins.addAll(probabilities, labels);
  return unfit ?? bins;
}
