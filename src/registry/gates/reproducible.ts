import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { requireGateOptions, requireNumber } from "./gate-options.ts";
import { knownTraining, unknownTraining } from "./known-training.ts";
import { shown } from "./metric-bound.ts";

/** What {@link reproducible} asks for. */
export interface ReproducibleOptions {
  /** The largest absolute difference of a prediction; 0 asks for the same artifact, byte by byte. @default 0 */
  readonly maxDifference?: number;
}

const optionNames: OptionNames<ReproducibleOptions> = { maxDifference: "optional" };

/**
 * A gate that the version's run, repeated with its code on its training set, gave the same model. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { reproducible } from "sluice/registry";
 * if (reproducible().gate !== "reproducible") throw new Error("another gate");
 * ```
 */
export function reproducible(options: ReproducibleOptions = {}): Gate {
  requireGateOptions("reproducible", options, optionNames);
  const { maxDifference: bound = 0 } = options;
  const gate = "reproducible";
  requireNumber(gate, "maxDifference", bound, 0);
  const unmeasured = (reason: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound,
    fix: "Evaluate with reproduce: { run, training, train }, which repeats the run with the same code, data and seed.",
  });
  return {
    gate,
    params: { maxDifference: bound },
    judge: ({ version, reproduction }): GateOutcome => {
      if (reproduction === undefined || reproduction === null) return unmeasured("the run was not repeated");
      const { run, artifactDigest } = version;
      if (reproduction.runId !== run.id)
        return unmeasured(`run ${reproduction.runId} was repeated, the version is of run ${run.id}`);
      if (reproduction.codeDigest !== run.codeDigest)
        return unmeasured(
          `the run was repeated with the code ${reproduction.codeDigest}, it ran with ${run.codeDigest}`,
        );
      const training = knownTraining(version)?.digest;
      if (training === undefined) return unmeasured(unknownTraining(version));
      if (reproduction.training !== training)
        return unmeasured(`the run was repeated on the training set ${reproduction.training}, it ran on ${training}`);
      if (typeof artifactDigest === "string" && reproduction.artifactDigest === artifactDigest)
        return { gate, outcome: "pass", reason: "repeated: the same artifact", measured: 0, bound };
      const { maxDifference: measured } = reproduction;
      if (measured === undefined || !Number.isFinite(measured) || measured < 0)
        return unmeasured("the repetition gave another artifact, and how far its predictions differ was not measured");
      const reason = `repeated: another artifact, predictions differ by at most ${shown(measured)}, needed ≤ ${shown(bound)}`;
      if (bound > 0 && measured <= bound) return { gate, outcome: "pass", reason, measured, bound };
      const fix = "Fix seed, order of rows and number of threads; or allow a difference in the policy.";
      return { gate, outcome: "fail", reason, measured, bound, fix };
    },
  };
}
