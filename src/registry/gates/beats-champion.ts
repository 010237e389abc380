import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { comparisonOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { readEstimate, shown } from "./metric-bound.ts";
import { withoutChampion } from "./without-champion.ts";

/** What {@link beatsChampion} asks for. */
export interface BeatsChampionOptions {
  /** The margin, in the metric's unit, at least 0. @default 0 */
  readonly margin?: number;
  /**
   * `superior`: the 95% interval of the paired difference lies above the margin;
   * `nonInferior`: it lies above minus the margin. @default "superior"
   */
  readonly mode?: "superior" | "nonInferior";
  /** Whether the first model passes where there is no champion, given at least one approval. @default "refuse" */
  readonly first?: "allow" | "refuse";
}

const optionNames: OptionNames<BeatsChampionOptions> = { margin: "optional", mode: "optional", first: "optional" };

/**
 * A gate that compares with the present champion on the same rows, by the interval of the paired difference (higher is better).
 * A comparison with an earlier champion is not a measurement. Errors: `definition/invalid`.
 */
export function beatsChampion(metric: string, options: BeatsChampionOptions = {}): Gate {
  requireGateOptions("beatsChampion", options, optionNames);
  const { margin = 0, mode = "superior", first = "refuse" } = options;
  const gate = `beatsChampion:${requireText("beatsChampion", "metric", metric)}`;
  requireNumber(gate, "margin", margin, 0);
  requireChoice(gate, "mode", mode, ["superior", "nonInferior"]);
  requireChoice(gate, "first", first, ["allow", "refuse"]);
  const bound = mode === "superior" ? margin : 0 - margin;
  return {
    gate,
    params: { metric, margin, mode, first },
    judge: (evidence): GateOutcome => {
      const { champion } = evidence;
      if (champion === null) return withoutChampion(gate, first, evidence);
      const comparison = comparisonOf(evidence, champion);
      if (!comparison.bound)
        return { gate, outcome: "notMeasured", reason: comparison.reason, bound, fix: comparison.fix };
      if (comparison.of.metric !== metric) {
        const reason = `no comparison of "${metric}" with the champion was made`;
        return { gate, outcome: "notMeasured", reason, bound, fix: `Evaluate with compareOn: "${metric}".` };
      }
      const { difference } = comparison.of;
      const reading = readEstimate(difference, `the difference of ${metric}`, "lower");
      if (!reading.measured)
        return { gate, outcome: "notMeasured", reason: reading.reason, bound, fix: "Evaluate on more rows." };
      const lower = reading.value;
      const reason = `${metric} differs from champion ${champion.version} by ${shown(difference.value)}, at least ${shown(lower)} with 95% confidence; needed > ${shown(bound)} (${mode})`;
      if (lower > bound) return { gate, outcome: "pass", reason, measured: lower, bound };
      const fix = "Improve the model, or evaluate on more rows to narrow the interval.";
      return { gate, outcome: "fail", reason, measured: lower, bound, fix };
    },
  };
}
