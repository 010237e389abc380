import type { Reliability } from "../../../contracts/evaluation-detail.ts";
import type { Metrics } from "../../../contracts/metric-estimate.ts";
import { seededRandom } from "../../../core/random.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import { debiasedCalibrationError } from "../../../stats/quality/probabilistic/debiased-calibration-error.ts";
import { logisticRecalibration } from "../../../stats/quality/probabilistic/logistic-recalibration.ts";
import type { ReliabilityBin } from "../../../stats/quality/probabilistic/reliability-bins.ts";
import { reliabilityCurve } from "../../../stats/quality/probabilistic/reliability-curve.ts";
import { spiegelhalterTest } from "../../../stats/quality/probabilistic/spiegelhalter-test.ts";
import { withNormalInterval } from "../evaluation-metric.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { finite } from "../measure.ts";
import { binnedErrors } from "./binned-errors.ts";
import { outcomeProbabilities, type OutcomeProbabilities } from "./outcome-probabilities.ts";

/** Calibration as a report has it. */
export interface MeasuredCalibration {
  readonly calibration: Metrics;
  readonly reliability: Reliability;
}

const bins = { bins: 10, binning: "equal-mass" } as const;

/**
 * How far predicted probabilities are from what happened, over ten bins of equally many rows (which have less bias than bins of equal width: R. Roelofs et al.,
 * "Mitigating bias in calibration error estimation", 2022). `undefined` where nothing predicts probabilities.
 */
export function measureCalibration(judged: JudgedRows): MeasuredCalibration | undefined {
  const given = outcomeProbabilities(judged);
  if (given === undefined) return undefined;
  const { of, probabilities, happened } = given;
  const curve = reliabilityCurve(probabilities, happened, bins);
  if (isNotComputable(curve)) return undefined;
  const test = spiegelhalterTest(probabilities, happened);
  const rms = debiasedCalibrationError(probabilities, happened, bins);
  return {
    calibration: {
      ...binnedErrors(curve, seededRandom(`calibration ${judged.rows}`)),
      rmsDebiased: isNotComputable(rms) ? { notComputable: rms.detail } : { value: rms, n: judged.rows },
      ...line(given),
    },
    reliability: {
      of,
      bins: curve.map((bin) => binOf(bin)),
      spiegelhalter: isNotComputable(test) ? { notComputable: test.detail } : { z: test.z, pValue: test.pValue },
    },
  };
}

function binOf({ from, to, rows, meanProbability, observed }: ReliabilityBin): Reliability["bins"][number] {
  const { value, lower, upper } = observed;
  return { from, to, rows, meanProbability, observed: { value, lower, upper, n: rows } };
}

/** Cox's calibration line: slope 1 and intercept 0 where the probabilities are what they say. */
function line({ probabilities, happened }: OutcomeProbabilities): Metrics {
  const n = happened.length;
  const found = logisticRecalibration(probabilities, happened);
  if (isNotComputable(found))
    return { slope: { notComputable: found.detail }, intercept: { notComputable: found.detail } };
  return {
    slope: finite(withNormalInterval(found.slope, found.slopeStandardError, n)),
    intercept: finite(withNormalInterval(found.intercept, found.interceptStandardError, n)),
    inTheLarge: finite({ value: found.inTheLarge, n }),
  };
}
