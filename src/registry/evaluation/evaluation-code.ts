import type { EvaluationCode } from "../../contracts/evaluation-detail.ts";
import { digestOf } from "../../core/digest.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { libraryCode, type Perturbation } from "./robustness/perturbation.ts";

/** The code that measures: the host's, and the source text of its own metrics and disturbances. */
export function evaluationCode(
  digest: string,
  metrics: readonly EvaluationMetric[],
  perturbations: readonly Perturbation[],
): EvaluationCode {
  const functions: { [name: string]: string } = {};
  for (const { name, code } of metrics) if (code !== undefined) functions[name] = code;
  for (const { name, code, perturb } of perturbations) {
    const own = code ?? digestOf(perturb.toString());
    if (own !== libraryCode) functions[name] = own;
  }
  return { digest, ...(Object.keys(functions).length > 0 && { functions }) };
}
