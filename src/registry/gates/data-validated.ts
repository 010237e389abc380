import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { unknownTraining } from "./known-training.ts";

/** A gate that every dataset version behind the training set, its spine included, was validated: checks were declared, run and passed. */
export function dataValidated(): Gate {
  const gate = "dataValidated";
  const fix = "Declare checks on the dataset (completeness, distribution), ingest its rows, and train on that version.";
  return {
    gate,
    params: {},
    judge: ({ validations, version }): GateOutcome => {
      if (validations === undefined || validations === null || validations.length === 0)
        return { gate, outcome: "notMeasured", reason: unknownTraining(version), fix };
      const unknown = (version.run.training?.sources ?? []).find(
        (source) => !validations.some((one) => one.dataset === source.dataset && one.version === source.version),
      );
      if (unknown !== undefined) {
        const reason = `nothing is known of version ${unknown.version} of "${unknown.dataset}"`;
        return { gate, outcome: "notMeasured", reason, fix };
      }
      const failed = validations.filter((validation) => validation.validated !== true);
      if (failed.length > 0) {
        const reason = failed.map((v) => `"${v.dataset}" was not validated: ${v.reason}`).join("; ");
        return { gate, outcome: "fail", reason, fix };
      }
      return { gate, outcome: "pass", reason: `validated: ${validations.map((v) => v.dataset).join(", ")}` };
    },
  };
}
