import type { Gate, GateOutcome } from "../../contracts/gate.ts";

/** A gate that every dataset version behind the training set was validated: checks were declared, run and passed. */
export function dataValidated(): Gate {
  const gate = "dataValidated";
  return {
    gate,
    params: {},
    judge: ({ validations }): GateOutcome => {
      if (validations === undefined || validations.length === 0) {
        return { gate, outcome: "notMeasured", reason: "no dataset version is known behind the training set" };
      }
      const failed = validations.filter((validation) => validation.validated !== true);
      if (failed.length > 0) {
        return {
          gate,
          outcome: "fail",
          reason: failed.map((v) => `"${v.dataset}" was not validated: ${v.reason}`).join("; "),
        };
      }
      return { gate, outcome: "pass", reason: `validated: ${validations.map((v) => v.dataset).join(", ")}` };
    },
  };
}
