import type { EvaluationOptions } from "../src/registry/evaluation/evaluation-options.ts";
import { gaussianNoise } from "../src/registry/evaluation/robustness/gaussian-noise.ts";
import { delayModel, openRegistry, trained, trainingSet } from "../test/registry/registry-fixture.ts";
import { report } from "./report.ts";

// One million held-out rows of a binary model: prediction, metrics and everything that may be asked for besides, by CPU time, since other
// load on the machine only ever adds to the time on the wall.

const bench = "evaluation";
const rows = 1_000_000;

const open = await openRegistry();
const heldOut = trainingSet("held out", rows);
const training = trainingSet("training", rows);
const auc = { metrics: ["auc"] };
const cases: readonly (readonly [string, Partial<EvaluationOptions<"late">>, number])[] = [
  ["the default metrics, calibration, confusion matrix", {}, 8],
  ["and three slices", { slices: ["load.carrier"] }, 10],
  ["AUC and the worst slices, two deep", { ...auc, worstSlices: true }, 8],
  ["AUC and the worst slices, three deep", { ...auc, worstSlices: { depth: 3 } }, 8],
  ["AUC and two thresholds", { ...auc, thresholds: [{ criterion: "youden" }, { criterion: "fBeta", beta: 1 }] }, 10],
  ["AUC and fairness", { ...auc, fairness: { columns: ["load.carrier"] } }, 8],
  ["AUC under noise", { ...auc, robustness: [gaussianNoise(0.1)] }, 10],
  ["AUC and rows shared with 1,000,000", { ...auc, leakage: { training, key: ["load.delay"] } }, 12],
];
for (const [name, options, atMost] of cases) {
  const before = process.cpuUsage();
  await open.evaluator.evaluate(delayModel, trained(0.9), heldOut, { label: "late", against: "none", ...options });
  const { user, system } = process.cpuUsage(before);
  report({
    bench,
    case: `${rows / 1e6} million rows: ${name}`,
    value: (user + system) / 1e6,
    unit: "s of CPU",
    atMost,
  });
}
await open.close();
