import type { ArtifactContent, OpenArtifact } from "./contracts/artifact.ts";
import type { ArtifactLimits } from "./contracts/artifact-scan.ts";
import type { AuditAnchor } from "./contracts/audit-anchor.ts";
import type { AuditCheckpoint } from "./contracts/audit-checkpoint.ts";
import type { AuditTrailVerdict } from "./contracts/audit-trail.ts";
import type { AlertSink } from "./contracts/monitor.ts";
import type { BlobStore } from "./contracts/blob-store.ts";
import type { Change } from "./contracts/change-feed.ts";
import type { PromotionPolicy } from "./contracts/gate.ts";
import type { IdentityVerifier } from "./contracts/identity.ts";
import type { LineageNode, LineageTree } from "./contracts/lineage-store.ts";
import type { MetadataStore } from "./contracts/metadata-store.ts";
import type { ModelVersion } from "./contracts/model-version.ts";
import type { ModelRuntime } from "./contracts/model-runtime.ts";
import type { OfflineStore } from "./contracts/offline-store.ts";
import type { OnlineStore } from "./contracts/online-store.ts";
import type { VectorStore } from "./contracts/vector-store.ts";
import type { Signer, Verifier } from "./contracts/signer.ts";
import type { WorkspaceEvents } from "./contracts/workspace-events.ts";
import type { Clock } from "./core/clock.ts";
import type { Duration } from "./core/duration.ts";
import type { Logger } from "./core/logger.ts";
import type { WorkOptions } from "./core/progress.ts";
import type { DataStage } from "./data/data-stage.ts";
import type { Compression } from "./data/parts/pack-writer.ts";
import type { FeatureLogging } from "./features/log/logged-feature-reader.ts";
import type { FlushedDataset } from "./features/push/flush-pushes.ts";
import type { FeatureStore } from "./features/store/feature-store.ts";
import type { MonitoringStage } from "./monitoring/monitoring-stage.ts";
import type { MonitorWindow } from "./monitoring/window-verdict.ts";
import type { Evaluator } from "./registry/evaluation/evaluator.ts";
import type { ContentRegistry } from "./registry/content/content-registry.ts";
import type { ModelRegistry } from "./registry/model-registry.ts";
import type { VersionCatalog } from "./registry/search/version-catalog.ts";
import type { ImportOptions } from "./registry/transfer/import-version.ts";
import type { TransitionRequest } from "./registry/versions/transition-request.ts";
import type { VersionKey } from "./registry/versions/version-key.ts";
import type { ServingStage } from "./serving/serving-stage.ts";
import type { PipelineDefinition } from "./training/pipelines/pipeline.ts";
import type { PipelineRunner } from "./training/pipelines/pipeline-runner.ts";
import type { ExperimentTracker } from "./training/tracking/experiment-tracker.ts";
import type { AuditFace } from "./workspace-audit.ts";

/** What a workspace is made of. Everything has an embedded default below `path`. */
export interface WorkspaceOptions {
  /** The folder of the embedded defaults; needed unless metadata, blobs and online are all given. */
  readonly path?: string;
  /** @default SQLite in `path` */
  readonly metadata?: MetadataStore;
  /** @default files in `path` */
  readonly blobs?: BlobStore;
  /**
   * How the columns of dataset versions are compressed. Names of versions, and what is stored once, do not depend on it: it may differ from one
   * opening to the next. `"zstd"` needs Node 22.15 or newer. @default "none"
   */
  readonly compression?: Compression;
  /** @default SQLite in `path` */
  readonly online?: OnlineStore;
  /** How far behind the newest pushed event an instant can still be read online. @default "1d" */
  readonly onlineRetention?: Duration;
  /** How many rows of one dataset may wait for a flush, from 1; beyond, a push to history is `features/log-full`. @default 5000000 */
  readonly pushLogRows?: number;
  /**
   * Logs a sample of what `features.online` and `features.vectors` serve, by entity, for `features.skew`; what routers serve is in the prediction log
   * already. @default off; turned on with `{}`, one entity of a hundred, kept for 30 days
   */
  readonly featureLog?: FeatureLogging;
  /**
   * The newest vector of each entity, for `features.nearest`. Every process that materializes or pushes needs it, or one that shares its vectors. @default none:
   * searches are refused
   */
  readonly vectors?: VectorStore;
  /** @default typed arrays in memory, filled from the blobs as needed */
  readonly offline?: OfflineStore;
  /** Signs certificates. @default an Ed25519 key file in the user's configuration folder (`SLUICE_KEY_FILE` overrides its path) */
  readonly signer?: Signer;
  /** Verifies them. @default pins the default signer's public key; needed when `signer` is given */
  readonly verifier?: Verifier;
  /** Keep signed checkpoints of the audit log outside the workspace; each `tick` gives them one where there is something new. @default none */
  readonly anchors?: readonly AuditAnchor[];
  /**
   * What model artifacts may hold: looked at when they are registered, imported and loaded. @default nothing that runs code when it is read, leaves its
   * folder, or unpacks to far more than it is
   */
  readonly artifacts?: ArtifactLimits;
  /** What can save, load and run models. @default linear models */
  readonly runtimes?: readonly ModelRuntime[];
  /** The gates of each transition, as from `defaultPolicy`. @default none: every transition is refused */
  readonly policy?: PromotionPolicy;
  /** The gates of prompts and configs, as from `defaultContentPolicy`. @default none: their transitions are refused */
  readonly policies?: { readonly prompt?: PromotionPolicy; readonly config?: PromotionPolicy };
  /** Says who approves, as `oidcIdentity`: with it, approvals for production count only with a token. @default none: approvers are taken as stated, loudly */
  readonly identity?: IdentityVerifier;
  /**
   * Who runs what this process trains: recorded with every run and every pipeline's run, besides whoever they name, and nobody who may approve what came of
   * it. @default nobody is known: who registers a version says who made it
   */
  readonly actor?: string;
  /** Where alerts go. @default the logger, as `log` */
  readonly sinks?: readonly AlertSink[];
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default silent */
  readonly logger?: Logger;
}

/** The data stage's face. */
export type DataFace = Pick<
  DataStage,
  | "ingest"
  | "check"
  | "collect"
  | "commit"
  | "readQuarantine"
  | "metrics"
  | "profile"
  | "head"
  | "version"
  | "versions"
  | "read"
  | "scan"
  | "validation"
  | "branch"
  | "branches"
  | "deleteBranch"
  | "tag"
  | "tags"
  | "deleteTag"
  | "log"
  | "resolve"
  | "diff"
  | "merge"
  | "revert"
  | "requireValidated"
  | "gc"
  | "erase"
  | "commitFiles"
  | "status"
  | "files"
  | "file"
>;

/** How versions leave the workspace and come into it. */
export interface TransferFace {
  /**
   * Writes a certified version into a new folder, or into one file where `path` ends with `.tar`, with everything that verifies it, a few MiB at a time; that it left goes on record. Errors: `serving/not-certified` before its gates,
   * `argument/invalid` where something is at `path`, `io/failed`.
   */
  export(version: VersionKey, path: string, by: TransitionRequest): Promise<void>;
  /** What {@link export} writes, as files that are read a part at a time: to be sent elsewhere, as `packedPieces` of `sluice/ledger` does. Errors: as there. */
  openExport(version: VersionKey, by: TransitionRequest): Promise<OpenArtifact>;
  /**
   * Takes in what another workspace exported (its folder, its one file, or the content of it; a model of any size, but for content in memory), verified by the keys that `trust` pins. It arrives as registered, and needs its
   * own promotion. Errors: `certificate/invalid`, `artifact/refused`, `registry/evidence-mismatch`, `io/failed`.
   */
  import(from: string | ArtifactContent | OpenArtifact, options: ImportOptions): Promise<ModelVersion>;
}

/** The registry's face: evaluation and the registry itself. */
export type RegistryFace = TransferFace &
  Pick<Evaluator, "evaluate"> &
  Pick<
    ModelRegistry,
    | "register"
    | "explain"
    | "approve"
    | "promote"
    | "rollback"
    | "versions"
    | "version"
    | "aliases"
    | "certificate"
    | "certificateOf"
    | "evaluationOf"
    | "evidenceOf"
    | "lineageOf"
    | "champion"
    | "certified"
    | "load"
    | "revision"
    | "rotateKey"
    | "retireKey"
    | "revokeApproval"
    | "breakGlass"
    | "alias"
    | "removeAlias"
    | "deprecate"
    | "reinstate"
    | "deprecation"
    | "writeCard"
    | "card"
  > &
  Pick<VersionCatalog, "models" | "search" | "tag" | "diff"> &
  Pick<ContentRegistry, "registerContent" | "loadPrompt" | "loadConfig">;

/** The face of pipelines. */
export interface PipelinesFace extends Pick<PipelineRunner, "start" | "wait" | "resume"> {
  /** Makes a pipeline known by its name. Errors: `definition/conflict`. */
  define(definition: PipelineDefinition): Promise<void>;
}

/** What a tick did. */
export interface WorkspaceTick {
  /** Pipelines that were resumed. */
  readonly pipelines: number;
  /** Monitors' windows that were judged. */
  readonly windows: readonly MonitorWindow[];
  /** What became of rows that were pushed to history. */
  readonly pushed: readonly FlushedDataset[];
  /** The newest checkpoint of the audit log; undefined where there are no anchors, or no events. */
  readonly checkpoint: AuditCheckpoint | undefined;
}

/** A workspace: the six stages, wired. Stages load their code at their first use. */
export interface Workspace extends AsyncDisposable {
  readonly data: DataFace;
  readonly features: Pick<
    FeatureStore,
    | "plan"
    | "apply"
    | "training"
    | "online"
    | "onlineMany"
    | "vectors"
    | "nearest"
    | "push"
    | "flush"
    | "materialize"
    | "backfill"
    | "replay"
    | "skew"
    | "served"
    | "current"
    | "collect"
    | "catalog"
    | "profile"
  >;
  readonly experiments: Pick<ExperimentTracker, "run" | "record" | "runs" | "params" | "metrics" | "artifacts">;
  readonly pipelines: PipelinesFace;
  readonly registry: RegistryFace;
  readonly serving: Pick<ServingStage, "router" | "predictions">;
  readonly monitoring: Pick<
    MonitoringStage,
    "arm" | "disarm" | "evaluate" | "status" | "definitions" | "windows" | "alerts" | "acknowledge" | "resolve"
  >;
  /** Calls `listener` at each event of that name; returns a function that stops it. */
  on<K extends keyof WorkspaceEvents & string>(name: K, listener: (payload: WorkspaceEvents[K]) => void): () => void;
  /** The durable feed of what happened, across processes. */
  changes(options?: { readonly after?: number; readonly limit?: number }): Promise<readonly Change[]>;
  /** The recorded decisions, oldest first; and what proves them: signed checkpoints, proofs for one decision. */
  readonly audit: AuditFace;
  /** Recomputes the whole audit chain, and compares it with every signed checkpoint, those of the anchors included. */
  verifyAudit(): Promise<AuditTrailVerdict>;
  /** Everything a thing was made from. */
  upstream(node: LineageNode): Promise<LineageTree>;
  /** Everything made from a thing. */
  downstream(node: LineageNode): Promise<LineageTree>;
  /**
   * Runs what is due: pushed rows become versions (of datasets that this process knows), then unfinished pipelines and monitors go on. Where one
   * of them fails, the others are done all the same before its error is thrown.
   * For hosts that do not live on (cron, serverless).
   */
  tick(options?: WorkOptions): Promise<WorkspaceTick>;
  /** Closes what the workspace opened; never a client of the host. */
  close(): Promise<void>;
}
