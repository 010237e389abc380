import type { Gate, GateOutcome } from "../../contracts/gate.ts";

/** A gate that the way from the artifact back to its sources is recorded without a gap. */
export function lineageComplete(): Gate {
  const gate = "lineageComplete";
  return {
    gate,
    params: {},
    judge: ({ lineage }): GateOutcome =>
      lineage.complete === true && lineage.missing.length === 0
        ? { gate, outcome: "pass", reason: "traced from the artifact back to its sources" }
        : { gate, outcome: "fail", reason: `the lineage lacks ${lineage.missing.join(", ") || "an unknown part"}` },
  };
}
