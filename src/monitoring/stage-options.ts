import type { BlobStore } from "../contracts/blob-store.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { AlertSink } from "../contracts/monitor.ts";
import type { PipelineStarter } from "../contracts/pipeline-starter.ts";
import type { PredictionLog } from "../contracts/prediction-log.ts";
import type { SkewMeter } from "../contracts/skew-meter.ts";
import type { WorkspaceEvents } from "../contracts/workspace-events.ts";
import type { Clock } from "../core/clock.ts";
import type { Events } from "../core/events.ts";
import type { IdSource } from "../core/ids.ts";
import type { Logger } from "../core/logger.ts";
import type { ReferenceProfile } from "./reference-profile.ts";

/** What a `MonitoringStage` is wired with. */
export interface MonitoringStageOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly predictions: PredictionLog;
  readonly pipelines: PipelineStarter;
  /** Computes predictions' features again; feature-skew monitors need it. */
  readonly skew?: SkewMeter;
  readonly sinks: readonly AlertSink[];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  readonly logger: Logger;
}

/** What arming takes beside the definition. */
export interface ArmOptions {
  /** What the model was trained on; a drift monitor cannot be armed without it. */
  readonly reference?: ReferenceProfile;
  /** Predictions from this instant on are watched, epoch ms. @default now */
  readonly fromMs?: number;
  /** Who arms it. @default "system" */
  readonly actor?: string;
}
