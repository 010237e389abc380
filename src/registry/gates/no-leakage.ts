import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireGateOptions, requireNumber } from "./gate-options.ts";
import { knownTraining, unknownTraining } from "./known-training.ts";
import { shown } from "./metric-bound.ts";

/** What {@link noLeakage} asks for. */
export interface NoLeakageOptions {
  /**
   * The share of held-out rows that may have the features and the label of a training row, in [0, 1]. Give it: which is right depends on the data. Rows of
   * measured numbers are equal where they were copied (0, or little more), rows of a few categories by chance. @default 1: told, not bounded
   */
  readonly maxEqualShare?: number;
}

const optionNames: OptionNames<NoLeakageOptions> = { maxEqualShare: "optional" };

/**
 * A gate that the held-out rows share no row with the training set, by key and event time, and no more rows of equal content than `maxEqualShare` allows: a copy under new
 * keys is no other data. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { noLeakage } from "sluice/registry";
 * if (noLeakage({ maxEqualShare: 0.01 }).gate !== "noLeakage") throw new Error("another gate");
 * ```
 */
export function noLeakage(options: NoLeakageOptions = {}): Gate {
  requireGateOptions("noLeakage", options, optionNames);
  const { maxEqualShare = 1 } = options;
  const gate = "noLeakage";
  requireNumber(gate, "maxEqualShare", maxEqualShare, 0, 1);
  const unmeasured = (reason: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound: 0,
    fix: "Evaluate with leakage: { training, key, eventTime }, so that shared rows are counted.",
  });
  return {
    gate,
    params: { maxEqualShare },
    judge: (evidence): GateOutcome => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound: 0, fix: evaluation.fix };
      const { leakage, rows: evaluated } = evaluation.of;
      if (leakage === undefined || leakage === null) return unmeasured("shared rows were not counted");
      const training = knownTraining(evidence.version)?.digest;
      if (training === undefined) return unmeasured(unknownTraining(evidence.version));
      if (leakage.training !== training)
        return unmeasured(`compared with the training set ${leakage.training}, the version was trained on ${training}`);
      const { key, rows, sharedKeys, equalRows } = leakage;
      if (!(key.length > 0)) return unmeasured("no key says which row is which");
      if (!(Number.isSafeInteger(rows) && rows >= evaluated))
        return unmeasured(`${rows} of ${evaluated} held-out rows were compared`);
      if (!isCount(sharedKeys, rows) || !isCount(equalRows, rows))
        return unmeasured(`${sharedKeys} shared and ${equalRows} equal of ${rows} rows are no counts`);
      const share = equalRows / rows;
      const allowed = maxEqualShare >= 1 ? "not bounded" : `allowed ${shown(maxEqualShare)}`;
      const reason = `${sharedKeys} of ${rows} held-out rows are in the training set by ${key.join(", ")}, needed 0; ${equalRows} have equal content (share ${shown(share)}, ${allowed})`;
      if (sharedKeys === 0 && share <= maxEqualShare)
        return { gate, outcome: "pass", reason, measured: sharedKeys, bound: 0 };
      const fix = "Split by key and time before training, and evaluate on rows that the run has not seen.";
      if (sharedKeys > 0) return { gate, outcome: "fail", reason, measured: sharedKeys, bound: 0, fix };
      const copied = `${fix} Where few categories make rows equal by chance, allow a larger maxEqualShare.`;
      return { gate, outcome: "fail", reason, measured: share, bound: maxEqualShare, fix: copied };
    },
  };
}

function isCount(value: number, rows: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= rows;
}
