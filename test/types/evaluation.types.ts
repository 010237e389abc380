// Checked by tsc, never run: what the types of an evaluation promise and what they refuse.
import { z } from "zod";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import { t } from "../../src/features/index.ts";
import { type Evaluator, gaussianNoise, metric, plainModel } from "../../src/registry/index.ts";

const colour = plainModel("colour", {
  request: z.object({ x: z.number() }),
  output: z.object({ red: z.number(), green: z.number() }),
  inputs: { x: t.float64 },
  featureInput: ({ x }) => ({ x }),
});

export async function outputsAreNamed(evaluator: Evaluator, trained: unknown, heldOut: TrainingSet): Promise<void> {
  const report = await evaluator.evaluate(colour, trained, heldOut, { label: "late", output: "green" });
  // @ts-expect-error an output that the model does not have
  await evaluator.evaluate(colour, trained, heldOut, { label: "late", output: "blue" });
  // @ts-expect-error without a label there is nothing to compare with
  await evaluator.evaluate(colour, trained, heldOut, {});
  await evaluator.evaluate(colour, trained, heldOut, {
    label: "late",
    metrics: ["auc", metric("rows", { higherIsBetter: true, value: (labels) => labels.length })],
    thresholds: [{ criterion: "cost", falsePositiveCost: 1, falseNegativeCost: 5 }],
    robustness: [gaussianNoise(0.1), { name: "own", perturb: ({ values }) => values.fill(0) }],
  });
  // @ts-expect-error a threshold by cost needs both costs
  await evaluator.evaluate(colour, trained, heldOut, { label: "late", thresholds: [{ criterion: "cost" }] });
  // @ts-expect-error what was measured cannot be set
  report.metrics = {};
  const found = report.metrics["auc"];
  // @ts-expect-error a metric that may not be computable has no value yet
  const value: number = found.value;
  if (found !== undefined && "value" in found) value.toFixed(found.n);
}
