// Stage 4, evaluation: everything that is measured before a model may be promoted, and the gates that judge it.
import {
  calibrationBound,
  fairnessBound,
  gaussianNoise,
  latencyBudget,
  metric,
  missingValues,
  noLeakage,
  reproducible,
} from "sluice/registry";
import { labelledMatrix } from "sluice/table";
import { fitLogistic } from "sluice/training";
import { ingestTrips, lateModel, openExample, trainingSet } from "../trips.ts";

const { ws, remove } = await openExample([
  calibrationBound({ atMost: 0.1 }),
  fairnessBound({ column: "depot", atMost: 0.5 }),
  latencyBudget({ atMostMs: 50 }),
  noLeakage({ maxEqualShare: 0.01 }),
  reproducible(),
]);
await ingestTrips(ws, 0, 1500);
await ingestTrips(ws, 1500, 3000);
const past = await trainingSet(ws, 0, 2000);
const heldOut = await trainingSet(ws, 2000, 3000);
const train = (training: typeof past) => fitLogistic(labelledMatrix(training.table, lateModel.vector, "late"));
const { run, value: artifact } = await ws.experiments.run("late", { data: past }, async () => train(past));

// A metric of one's own: a warned customer is worth 20, a needless warning costs 1.
const profit = metric("profit", {
  higherIsBetter: true,
  kinds: ["binary"],
  value: (labels, p) =>
    labels.reduce((sum, label, i) => sum + ((p[i] ?? 0) < 0.3 ? 0 : label === 1 ? 20 : -1), 0) / labels.length,
});

const evaluation = await ws.registry.evaluate(lateModel, artifact, heldOut, {
  label: "late",
  metrics: ["auc", "averagePrecision", "logLoss", "f1@0.5", profit],
  slices: ["depot"],
  worstSlices: { columns: ["depot", "km", "inputs.busy"] },
  thresholds: [
    { criterion: "fBeta", beta: 1 },
    { criterion: "recall", precisionAtLeast: 0.8 },
  ],
  fairness: { columns: ["depot"] },
  robustness: [gaussianNoise(0.1), missingValues({ share: 0.2 })],
  latency: true,
  leakage: { training: past, key: ["trip"], eventTime: "left" },
  reproduce: { run, training: past, train },
});
console.log(`${evaluation}`);

const version = await ws.registry.register(lateModel, { run, artifact, evaluation, author: "ann" });
await ws.registry.promote(version, "staging", { actor: "ann", reason: "shadow it" });
console.log((await ws.registry.explain(version, "candidate")).text);
await remove();
