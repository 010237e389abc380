import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { requireMade } from "../../core/known-arguments.ts";
import { type OptionNames, requireParts } from "../../core/known-options.ts";
import { requested } from "../registry-calls.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";

const optionNames: OptionNames<EvaluatorOptions> = {
  metadata: "required",
  artifacts: "required",
  blobs: "required",
  ledger: "required",
  signer: "required",
  runtimes: "required",
  champions: "required",
  codeVersion: "optional",
  monotonicMs: "optional",
};

const modelMade = {
  what: "a model's definition",
  by: "model() makes it",
  members: { name: "text", features: "object", vector: "list", outputs: "list" },
} as const;

const heldOutMade = {
  what: "held-out rows",
  by: "ws.features.training() gives them",
  members: { service: "object", sources: "list", table: "object", digest: "text" },
} as const;

/** Measures trained models on held-out data. Reports are signed: only such a report can be registered. */
export class Evaluator {
  readonly #options: EvaluatorOptions;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: EvaluatorOptions) {
    requireParts("new Evaluator(options)", options, optionNames);
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
    requireMade("registry.evaluate()", model, modelMade);
    requireMade("registry.evaluate()", heldOut, heldOutMade);
    const { evaluateModel } = await import("./evaluate-model.ts");
    // Only the names of the outputs are checked by type; from here on they are texts, and a request is never read.
    return await evaluateModel(this.#options, model, trained, heldOut, requested("evaluate", options));
  }
}
