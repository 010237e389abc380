import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";

/** Measures trained models on held-out data. Reports are signed: only such a report can be registered. */
export class Evaluator {
  readonly #options: EvaluatorOptions;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /**
   * Saves the trained model, loads what was saved, predicts the held-out rows and measures. A metric that has no value says why in the report;
   * printing the report shows it. The same model, rows and options give the same report, but for latencies.
   * Errors: `definition/invalid` (an option, runtime, slice), `features/hash-mismatch`, `definition/conflict` (widths), `data/missing-column`,
   * `data/schema-mismatch` (a label that is none of the kind), and the reason of `signal`.
   */
  async evaluate<N extends string, Request, Output>(
    model: ModelDefinition<N, Request, Output>,
    trained: unknown,
    heldOut: TrainingSet,
    options: EvaluationOptions<Extract<keyof Output, string>>,
  ): Promise<EvaluationReport> {
    const { evaluateModel } = await import("./evaluate-model.ts");
    // Only the names of the outputs are checked by type; from here on they are texts, and a request is never read.
    return await evaluateModel(this.#options, model, trained, heldOut, options);
  }
}
