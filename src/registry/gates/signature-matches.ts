import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { isRequestService } from "../../core/request-service.ts";

const trainAgain = "Train on the feature service as it is defined now, and register that model.";

/** A gate that the artifact takes as many numbers as the vector has features, and that the feature service is still defined as it was trained with. A model without a feature service passes, and the answer says so. */
export function signatureMatches(): Gate {
  const gate = "signatureMatches";
  return {
    gate,
    params: {},
    judge: ({ version, currentService }): GateOutcome => {
      const { inputWidth } = version.signature;
      if (!(inputWidth >= 1))
        return { gate, outcome: "notMeasured", reason: `the artifact takes ${inputWidth} numbers`, fix: trainAgain };
      if (inputWidth !== version.vector.length) {
        return {
          gate,
          outcome: "fail",
          reason: `the artifact takes ${inputWidth} numbers, the vector has ${version.vector.length} features`,
          measured: inputWidth,
          bound: version.vector.length,
          fix: trainAgain,
        };
      }
      if (isRequestService(version.service)) {
        const without = "no feature service: the request's own fields, which nothing keeps from training–serving skew";
        return { gate, outcome: "pass", reason: `${inputWidth} inputs; ${without}` };
      }
      if (currentService === undefined) {
        const reason = `no feature service "${version.service.name}" is defined now`;
        const fix = `Apply "${version.service.name}" with ws.features.apply().`;
        return { gate, outcome: "notMeasured", reason, fix };
      }
      if (typeof currentService.hash !== "string" || currentService.hash !== version.service.hash) {
        return {
          gate,
          outcome: "fail",
          reason: `"${version.service.name}" is now ${currentService.hash}, the model was trained with ${version.service.hash}: train again`,
          fix: trainAgain,
        };
      }
      return {
        gate,
        outcome: "pass",
        reason: `${inputWidth} inputs, feature service "${version.service.name}" unchanged`,
      };
    },
  };
}
