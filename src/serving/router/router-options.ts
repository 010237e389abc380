import type { FeatureReader } from "../../contracts/feature-reader.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import type { ModelSource } from "../../contracts/model-source.ts";
import type { PredictionLog } from "../../contracts/prediction-log.ts";
import type { RolloutPhase, RolloutPlan } from "../../contracts/rollout.ts";
import type { Signer, Verifier } from "../../contracts/signer.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import type { Clock } from "../../core/clock.ts";
import type { Events } from "../../core/events.ts";
import type { IdSource } from "../../core/ids.ts";
import type { Logger } from "../../core/logger.ts";
import type { AnswerCounts } from "./answer-counts.ts";
import type { GuardrailEvidence } from "../rollout/guardrail-evidence.ts";

/** What a router serves with; the same for every model of a workspace. */
export interface RouterParts {
  readonly source: ModelSource;
  readonly features: FeatureReader;
  readonly runtimes: readonly ModelRuntime[];
  readonly log: PredictionLog;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  /** Signs what rollouts learn and prove, several times a second while one runs. */
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  /** @default silent */
  readonly logger?: Logger;
}

/** How a router serves one model. */
export interface RouterSettings<Request> {
  /** The unit a request belongs to (a user, a flight): the same unit is answered by the same arm. */
  readonly unit: (request: Request) => string;
  /** Salts the buckets, together with the challenger's version. @default the model's name */
  readonly salt?: string;
  /** The plan of rollouts that are started without one. @default canary() */
  readonly plan?: RolloutPlan;
  /** Longest wait for a model's answer to a batch, milliseconds. @default 1000 */
  readonly timeoutMs?: number;
  /** Most requests of `predict` that are answered together. @default 256 */
  readonly maxBatch?: number;
  /** Most rows that wait for their shadow prediction; more are not shadowed. @default 4096 */
  readonly shadowQueueRows?: number;
  /** How often a new champion is looked for, milliseconds of the clock; 0 = at every batch, Infinity = only by `refresh()`. @default 1000 */
  readonly refreshEveryMs?: number;
  /** A clock for latencies that never goes back, milliseconds. @default performance.now */
  readonly elapsedMs?: () => number;
}

/** How a stage's router serves one model. */
export interface StageRouterOptions<Request> extends RouterSettings<Request> {
  /** A runtime for this model alone, tried before the workspace's. */
  readonly runtime?: ModelRuntime;
}

/** What a {@link CanaryRouter} is made of. */
export interface CanaryRouterOptions<Request, Output> extends RouterParts, RouterSettings<Request> {
  readonly model: ModelDefinition<string, Request, Output>;
}

/** When a prediction is asked. */
export interface PredictOptions {
  /** The instant the features are read at, epoch ms: for replays; it is then also the prediction's time. @default now */
  readonly atMs?: number;
  readonly signal?: AbortSignal;
}

/** When a batch of predictions is asked. */
export interface PredictManyOptions {
  /** Each request's instant, epoch ms. @default now */
  readonly atMs?: Float64Array;
  readonly signal?: AbortSignal;
}

/** Where a rollout stands. */
export interface RolloutStatus {
  readonly id: string;
  readonly challenger: number;
  readonly champion: number;
  readonly phase: RolloutPhase;
  /** The step, from 1. */
  readonly step: number;
  readonly steps: number;
  /** The challenger's share of units now, in [0, 1). */
  readonly share: number;
  readonly stepRequests: number;
  readonly requests: number;
  readonly guardrails: readonly GuardrailEvidence[];
  readonly reason: string;
}

/** Where a router stands. */
export interface RouterStatus extends AnswerCounts {
  readonly model: string;
  /** The version that holds production. */
  readonly champion: number;
  /** The rollout that runs, or the last one of this router that ended; `undefined` = none. */
  readonly rollout: RolloutStatus | undefined;
  /** Requests that were not shadowed because too many waited. */
  readonly shadowDropped: number;
  /** Predictions that are not in the log yet: what `kill -9` would lose. */
  readonly unlogged: number;
  /** The last error of background work (logging, refreshing), until `flush()` or `refresh()` succeeds. */
  readonly problem: string | undefined;
}
