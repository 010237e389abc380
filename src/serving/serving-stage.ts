import type { PredictionBatch } from "../contracts/prediction-log.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { RolloutEvidenceSource } from "../contracts/rollout.ts";
import { requireArgument } from "../core/known-arguments.ts";
import { SqlRolloutEvidence } from "./rollout/sql-rollout-evidence.ts";
import { CanaryRouter } from "./router/canary-router.ts";
import type { RouterParts, StageRouterOptions } from "./router/router-options.ts";
import { requirePeriod, requireServingParts, requireStageRouter, stageParts } from "./serving-calls.ts";

/** The serving stage of a workspace: routers, and what their rollouts proved. */
export class ServingStage {
  /** What rollouts proved: the registry's gate for production reads it. */
  readonly evidence: RolloutEvidenceSource;
  readonly #parts: RouterParts;
  readonly #routers: Set<{ close(): Promise<void> }> = new Set();

  /** Errors: `argument/invalid` for what it cannot be made of. */
  constructor(parts: RouterParts) {
    requireServingParts("new ServingStage(parts)", parts, stageParts);
    this.#parts = parts;
    this.evidence = new SqlRolloutEvidence(parts);
  }

  /** Makes and starts a router. Errors: those of {@link CanaryRouter.start}; `argument/invalid` for an option that is none, or not of its kind. */
  async router<Request, Output>(
    model: ModelDefinition<string, Request, Output>,
    options: StageRouterOptions<NoInfer<Request>>,
  ): Promise<CanaryRouter<Request, Output>> {
    requireStageRouter(model, options);
    const { runtime, ...settings } = options;
    const runtimes = runtime === undefined ? this.#parts.runtimes : [runtime, ...this.#parts.runtimes];
    const router = new CanaryRouter({ ...this.#parts, ...settings, runtimes, model });
    await router.start();
    this.#routers.add(router);
    return router;
  }

  /** The logged predictions of a model with time in `[fromMs, toMs)`, batch by batch in time order. Errors: `argument/invalid`. */
  async predictions(
    model: string,
    period: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly PredictionBatch[]> {
    requireArgument("serving.predictions()", "model", model, "text");
    requirePeriod("serving.predictions()", period);
    const batches: PredictionBatch[] = [];
    for await (const batch of this.#parts.log.read(model, period.fromMs, period.toMs)) batches.push(batch);
    return batches;
  }

  /** Closes every router that this stage made; each stores what it has buffered. */
  async close(): Promise<void> {
    const routers = [...this.#routers];
    this.#routers.clear();
    await Promise.all(routers.map((router) => router.close()));
  }
}
