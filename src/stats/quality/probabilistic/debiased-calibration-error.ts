import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import type { ProbabilityBinsOptions } from "./probability-edges.ts";
import { reliabilityCurve } from "./reliability-curve.ts";

/**
 * The root mean square calibration error of bins without the part that chance adds: √ max(0, Σ nᵦ/n · [(p̄ᵦ − ȳᵦ)² − ȳᵦ(1 − ȳᵦ)/(nᵦ − 1)]) (A. Kumar, P. Liang,
 * T. Ma, "Verified uncertainty calibration", 2019). Of a perfect model it is 0 on average before the cut at 0, where the plain error grows with the number of bins.
 * Bins with one row do not count.
 *
 * `notComputable` as {@link reliabilityCurve}, and where no bin has two rows.
 *
 * @example
 * ```ts
 * import { debiasedCalibrationError } from "sluice/stats";
 * const said = [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75];
 * if (debiasedCalibrationError(said, [0, 0, 0, 1, 1, 0, 1, 1], { bins: 2 }) !== 0) throw new Error("as good as it says");
 * ```
 */
export function debiasedCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ProbabilityBinsOptions = {},
): number | NotComputable {
  const curve = reliabilityCurve(probabilities, labels, options);
  if (isNotComputable(curve)) return curve;
  let [squares, counted] = [0, 0];
  for (const { rows, meanProbability, observed } of curve) {
    if (rows < 2) continue;
    const share = observed.value;
    squares += rows * ((meanProbability - share) ** 2 - (share * (1 - share)) / (rows - 1));
    counted += rows;
  }
  if (counted === 0) return notComputable("too-few", "no bin has two rows");
  return Math.sqrt(Math.max(0, squares / counted));
}
