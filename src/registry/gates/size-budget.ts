import type { Gate } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireGateOptions, requireNumber } from "./gate-options.ts";

/** What {@link sizeBudget} asks for. */
export interface SizeBudgetOptions {
  /** The largest size of the artifact's files together. */
  readonly atMostBytes: number;
}

const optionNames: OptionNames<SizeBudgetOptions> = { atMostBytes: "required" };

/**
 * A gate that the artifact is no larger than a budget. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { sizeBudget } from "sluice/registry";
 * if (sizeBudget({ atMostBytes: 5_000_000 }).gate !== "sizeBudget") throw new Error("another gate");
 * ```
 */
export function sizeBudget(options: SizeBudgetOptions): Gate {
  requireGateOptions("sizeBudget", options, optionNames);
  const { atMostBytes: bound } = options;
  const gate = "sizeBudget";
  requireNumber(gate, "atMostBytes", bound, 0);
  return {
    gate,
    params: { atMostBytes: bound },
    judge: (evidence) => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound, fix: evaluation.fix };
      const measured = evaluation.of.sizeBytes;
      if (measured === undefined || !Number.isFinite(measured) || measured < 0) {
        const reason = measured === undefined ? "the artifact's size was not measured" : `its size is ${measured}`;
        return { gate, outcome: "notMeasured", reason, bound, fix: "Evaluate again: the report has the size." };
      }
      const reason = `the artifact has ${measured} bytes, needed ≤ ${bound}`;
      if (measured <= bound) return { gate, outcome: "pass", reason, measured, bound };
      return { gate, outcome: "fail", reason, measured, bound, fix: "Make the model smaller." };
    },
  };
}
