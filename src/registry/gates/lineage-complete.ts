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
      return { gate, outcome: "fail", reason: lacks(gaps), fix };
    },
  };
}

const fix =
  "Pass `data` (the training set, made from dataset versions) to experiments.run, return the model from its body (or `await run.model(model)` in it), and register with that run.";

function lacks(missing: readonly string[]): string {
  const reason = `the lineage lacks ${missing.join(", ") || "an unknown part"}`;
  const has = (start: string): boolean => missing.some((part) => part.startsWith(start));
  const steps = [
    ...(has("a training-set of run:") ? ["pass `data` (the training set) to experiments.run"] : []),
    ...(has("a record by run:") ? ["return the model from its body, or `await run.model(model)` in it"] : []),
  ];
  return steps.length === 0 ? reason : `${reason}: ${[...steps, "and register with that run"].join(", ")}`;
}
