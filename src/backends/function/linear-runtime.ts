import type { LinearModel } from "../../contracts/linear-model.ts";
import type { ModelBatch, ModelRuntime } from "../../contracts/model-runtime.ts";
import { portableExp } from "../../core/math/exp.ts";
import { functionRuntime } from "./function-runtime.ts";
import { isLinearModel } from "./linear.ts";

/** The runtime of linear and logistic models: format `sluice-linear`, one JSON file, one output, no engine. */
export function linearRuntime(): ModelRuntime {
  return functionRuntime<LinearModel>({
    format: "sluice-linear",
    accepts: isLinearModel,
    toJson: ({ kind, weights, bias, link }) => ({ schema: 1, kind, weights, bias, link }),
    signature: ({ weights }) => ({ inputWidth: weights.length, outputWidth: 1 }),
    predict: predictLinear,
  });
}

function predictLinear(model: LinearModel, batch: ModelBatch, output: Float64Array): void {
  const { weights, bias, link } = model;
  const width = weights.length;
  for (let row = 0; row < batch.rows; row++) {
    let score = bias;
    for (let i = 0; i < width; i++) score += (weights[i] ?? 0) * (batch.values[row * width + i] ?? 0);
    output[row] = link === "logit" ? 1 / (1 + portableExp(-score)) : score;
  }
}
