import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { isRequestService } from "../../core/request-service.ts";

/** A gate that the model takes its inputs from a feature service: one definition for training and for serving. */
export function requiresFeatures(): Gate {
  const gate = "requiresFeatures";
  return {
    gate,
    params: {},
    judge: ({ version: { service } }): GateOutcome =>
      isRequestService(service)
        ? {
            gate,
            outcome: "fail",
            reason:
              "the model has no feature service: define its inputs once, with featureService(), and train it on them",
            fix: "Define its inputs with featureService(), and train on features.training() of it.",
          }
        : { gate, outcome: "pass", reason: `feature service "${service.name}"` },
  };
}
