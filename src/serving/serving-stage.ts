import type { PredictionBatch } from "../contracts/prediction-log.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { ModelRuntime } from "../contracts/model-runtime.ts";
import type { RolloutEvidenceSource } from "../contracts/rollout.ts";
import { SqlRolloutEvidence } from "./rollout/sql-rollout-evidence.ts";
import { CanaryRouter } from "./router/canary-router.ts";
import type { RouterParts, RouterSettings } from "./router/router-options.ts";

/** How a stage's router serves one model. */
export interface StageRouterOptions<Request> extends RouterSettings<Request> {
  /** A runtime for this model alone, tried before the workspace's. */
  readonly runtime?: ModelRuntime;
}

/** The serving stage of a workspace: routers, and what their rollouts proved. */
export class ServingStage {
  /** What rollouts proved: the registry's gate for production reads it. */
  readonly evidence: RolloutEvidenceSource;
  readonly #parts: RouterParts;
  readonly #routers: Set<{ close(): Promise<void> }> = new Set();

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.evidence = new SqlRolloutEvidence(parts);
  }

  /** Makes and starts a router. Errors: those of {@link CanaryRouter.start}. */
  async router<Request, Output>(
    model: ModelDefinition<string, Request, Output>,
    options: StageRouterOptions<NoInfer<Request>>,
  ): Promise<CanaryRouter<Request, Output>> {
    const { runtime, ...settings } = options;
    const runtimes = runtime === undefined ? this.#parts.runtimes : [runtime, ...this.#parts.runtimes];
    const router = new CanaryRouter({ ...this.#parts, ...settings, runtimes, model });
    await router.start();
    this.#routers.add(router);
    return router;
  }

  /** The logged predictions of a model with time in `[fromMs, toMs)`, batch by batch in time order. */
  async predictions(
    model: string,
    period: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly PredictionBatch[]> {
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
