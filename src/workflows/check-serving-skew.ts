import type { CheckOutcome } from "../contracts/check.ts";
import type { TrainingSet } from "../contracts/training-set.ts";
import { requireArgument, requireMade } from "../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import type { Table } from "../table/table.ts";

/** How {@link checkServingSkew} judges. */
export interface ServingSkewOptions {
  /** The features to compare. @default all that both sides have */
  readonly features?: readonly string[];
  /** The probability that anything fails where nothing differs, over all features together. @default 0.001 */
  readonly falseAlarmRate?: number;
  /** The least population stability index that matters. @default 0.1 */
  readonly minEffect?: number;
}

const optionNames: OptionNames<ServingSkewOptions> = {
  features: "optional",
  falseAlarmRate: "optional",
  minEffect: "optional",
};

const trainingMade = {
  what: "a training set",
  by: "ws.features.training() gives it",
  members: { table: "object", features: "list" },
} as const;

const servedMade = {
  what: "a table of what was served",
  by: "ws.features.served() gives it",
  members: { columns: "object", rowCount: "number" },
} as const;

/**
 * Compares the distribution of each feature of a training set with what was served: the data stage's `skew` check, feature by feature. Where nothing
 * was served the answer is `insufficientHistory`, never "pass".
 *
 * @example
 * ```ts
 * import { checkServingSkew } from "sluice/workflows";
 * import { makeTable } from "sluice/table";
 * const table = (scale: number) =>
 *   makeTable({ "trip.km": { tag: "f64", values: Float64Array.from({ length: 500 }, (_, i) => (i % 83) * scale) } });
 * const training = { table: table(1000), features: ["trip.km"] };
 * const [outcome] = await checkServingSkew(training, table(1));
 * if (outcome?.outcome !== "fail") throw new Error("trained in metres, served in kilometres");
 * ```
 */
export async function checkServingSkew(
  training: Pick<TrainingSet, "table" | "features">,
  served: Table,
  options: ServingSkewOptions = {},
): Promise<readonly CheckOutcome[]> {
  requireOptions("checkServingSkew()", options, optionNames);
  requireMade("checkServingSkew()", training, trainingMade);
  requireMade("checkServingSkew()", served, servedMade);
  const { skew } = await import("../data/checks/distribution.ts"); // its statistics are loaded by those who ask for them
  const { falseAlarmRate = 0.001, minEffect = 0.1 } = options;
  if (options.features !== undefined) requireArgument("checkServingSkew()", "features", options.features, "list");
  const features = options.features ?? training.features.filter((name) => served.columns[name] !== undefined);
  return features.map((feature) => {
    if (served.rowCount === 0) {
      const about = { check: "skew", columns: [feature], severity: "error" } as const;
      return { ...about, outcome: "insufficientHistory", reason: `${feature}: nothing was served` };
    }
    const check = skew(feature, { against: served, minEffect, falseAlarmRate: falseAlarmRate / features.length });
    return check.judge({ batch: training.table });
  });
}
