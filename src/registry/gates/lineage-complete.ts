import type { Gate, GateOutcome } from "../../contracts/gate.ts";

/** A gate that the way from the artifact over the version's own run back to the sources is recorded without a gap. */
export function lineageComplete(): Gate {
  const gate = "lineageComplete";
  return {
    gate,
    params: {},
    judge: ({ lineage }): GateOutcome => {
      const missing: unknown = lineage?.missing;
      const gaps: readonly string[] = Array.isArray(missing) ? missing.map(String) : ["a list of what is missing"];
      if (lineage?.complete === true && gaps.length === 0)
        return { gate, outcome: "pass", reason: "traced from the artifact back to its sources" };
      const fix =
        "Pass `data` (the training set, made from dataset versions) to experiments.run, and register with that run.";
      return { gate, outcome: "fail", reason: lacks(gaps), fix };
    },
  };
}

function lacks(missing: readonly string[]): string {
  const reason = `the lineage lacks ${missing.join(", ") || "an unknown part"}`;
  if (!missing.some((part) => part.startsWith("a training-set of run:"))) return reason;
  return `${reason}: pass \`data\` (the training set) to experiments.run, and register with that run`;
}
