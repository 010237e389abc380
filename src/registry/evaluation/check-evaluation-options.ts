import { requireArgument, requireMade, type ValueKind } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import { refused } from "./evaluation-task.ts";
import type { FairnessOptions } from "./fairness/measure-fairness.ts";
import type { LatencyOptions } from "./latency.ts";
import type { LeakageOptions } from "./leakage.ts";
import type { ReproduceOptions } from "./reproduce.ts";
import type { WorstSlicesOptions } from "./search/worst-slices.ts";

/** Options that are objects themselves. */
interface Parts {
  readonly fairness: FairnessOptions;
  readonly latency: LatencyOptions;
  readonly leakage: LeakageOptions;
  readonly reproduce: ReproduceOptions;
  readonly worstSlices: WorstSlicesOptions;
}

/** The options of each part; types see to it that none is left out. */
const names: { readonly [P in keyof Parts]: OptionNames<Parts[P]> } = {
  fairness: { columns: "required", threshold: "optional", minRows: "optional" },
  latency: { calls: "optional", warmUpCalls: "optional", batchRows: "optional" },
  leakage: { training: "required", key: "required", eventTime: "optional" },
  reproduce: { run: "required", training: "required", train: "required" },
  worstSlices: { columns: "optional", depth: "optional", minRows: "optional", alpha: "optional", most: "optional" },
};

const metricMade = {
  what: "a metric",
  by: "metric() makes it, or the name of one",
  members: { name: "text", kinds: "list", estimate: "function" },
} as const;

const perturbationMade = {
  what: "a perturbation",
  by: "gaussianNoise(0.1) makes one",
  members: { name: "text", perturb: "function" },
} as const;

const lists = ["metrics", "slices", "classes", "thresholds", "robustness"] as const;

/** Refuses options of an evaluation that are of another kind than they must be. Errors: `definition/invalid`. */
export function checkEvaluationOptions(options: EvaluationOptions): void {
  const { fairness, leakage, reproduce, worstSlices } = options;
  requireKind("label", options.label, "text");
  for (const list of lists) if (options[list] !== undefined) requireKind(list, options[list], "list");
  for (const part of ["fairness", "latency", "leakage", "reproduce", "worstSlices"] as const) {
    const asked: unknown = options[part];
    const isSwitch = typeof asked === "boolean" && (part === "latency" || part === "worstSlices");
    if (asked !== undefined && !isSwitch)
      requireOptions(`${part} of an evaluation`, asked, names[part], "definition/invalid");
  }
  requireElements(options);
  requireNumbers(options);
  if (fairness !== undefined) requireKind("fairness.columns", fairness.columns, "list");
  requireOnce("slices", options.slices ?? []);
  requireOnce("fairness.columns", fairness?.columns ?? []);
  if (leakage !== undefined) requireKind("leakage.key", leakage.key, "list");
  if (leakage !== undefined) requireKind("leakage.training", leakage.training, "object");
  if (reproduce !== undefined) requireKind("reproduce.train", reproduce.train, "function");
  if (reproduce !== undefined) requireKind("reproduce.training", reproduce.training, "object");
  if (typeof worstSlices === "object" && worstSlices.columns !== undefined)
    requireKind("worstSlices.columns", worstSlices.columns, "list");
}

function requireElements({ metrics = [], robustness = [], against }: EvaluationOptions): void {
  for (const metric of metrics)
    if (typeof metric !== "string") requireMade("an evaluation", metric, metricMade, "definition/invalid");
  for (const one of robustness) requireMade("an evaluation", one, perturbationMade, "definition/invalid");
  if (against !== undefined && against !== "champion" && against !== "none")
    throw refused(`against ${JSON.stringify(against)}`, '"champion" or "none"', "Name one of them.");
}

function requireOnce(option: string, columns: readonly string[]): void {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw refused(`"${twice}" twice in ${option}`, "each column once", "Name it once.");
}

function requireNumbers(options: EvaluationOptions): void {
  const { latency, fairness, maxExcludedShare = 0 } = options;
  if (!(typeof maxExcludedShare === "number" && maxExcludedShare >= 0 && maxExcludedShare <= 1))
    throw refused(`maxExcludedShare ${JSON.stringify(maxExcludedShare)}`, "a share in [0, 1]", "Pass such a number.");
  for (const threshold of [options.threshold, fairness?.threshold])
    if (threshold !== undefined && !Number.isFinite(threshold))
      throw refused(
        `the threshold ${String(threshold)}`,
        "a finite number",
        "Name the prediction from which on a row is called positive.",
      );
  const minRows = fairness?.minRows ?? 1;
  if (!(Number.isSafeInteger(minRows) && minRows >= 1))
    throw refused(`fairness.minRows ${String(minRows)}`, "a whole number from 1 on", "Pass such a number.");
  if (typeof latency !== "object") return;
  for (const [name, least] of [
    ["calls", 1],
    ["warmUpCalls", 0],
    ["batchRows", 1],
  ] as const) {
    const number = latency[name] ?? least;
    if (!(Number.isSafeInteger(number) && number >= least))
      throw refused(`latency.${name} ${String(number)}`, `a whole number from ${least} on`, "Pass such a number.");
  }
}

function requireKind(option: string, value: unknown, kind: ValueKind): void {
  requireArgument("an evaluation", option, value, kind, "definition/invalid");
}
