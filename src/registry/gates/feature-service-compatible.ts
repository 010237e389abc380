import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { isRequestService } from "../../core/request-service.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { knownTraining, unknownTraining } from "./known-training.ts";

/**
 * A gate that one and the same feature service stands behind training, evaluation and what is defined now: by hash, and by names and types.
 * A model without a feature service is not measured.
 *
 * @example
 * ```ts
 * import { featureServiceCompatible } from "sluice/registry";
 * if (featureServiceCompatible().gate !== "featureServiceCompatible") throw new Error("another gate");
 * ```
 */
export function featureServiceCompatible(): Gate {
  const gate = "featureServiceCompatible";
  const unmeasured = (reason: string, fix: string): GateOutcome => ({ gate, outcome: "notMeasured", reason, fix });
  return {
    gate,
    params: {},
    judge: (evidence): GateOutcome => {
      const { version, currentService } = evidence;
      const { name, hash, schemaHash } = version.service;
      if (isRequestService(version.service))
        return unmeasured("the model has no feature service", "Define its inputs with featureService().");
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const trainedWith = knownTraining(version)?.service;
      if (trainedWith === undefined)
        return unmeasured(
          unknownTraining(version),
          "Pass `data` (the training set) to experiments.run, and register with that run.",
        );
      if (currentService === undefined)
        return unmeasured(`no feature service "${name}" is defined now`, `Apply "${name}" with ws.features.apply().`);
      for (const [when, other] of [
        ["in training", trainedWith],
        ["now", currentService],
      ] as const) {
        if (typeof other.hash === "string" && other.hash === hash && other.schemaHash === schemaHash) continue;
        const what = other.schemaHash === schemaHash ? "other definitions" : "other names or types";
        return {
          gate,
          outcome: "fail",
          reason: `"${name}" has ${what} ${when}: ${other.hash}, the version has ${hash}`,
          fix: "Train and evaluate again with the feature service as it is defined now.",
        };
      }
      return { gate, outcome: "pass", reason: `feature service "${name}" in training, evaluation and now is ${hash}` };
    },
  };
}
