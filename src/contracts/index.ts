/**
 * The ports, the definitions and the records that stages hand to each other.
 *
 * @module sluice/contracts
 */

export type {
  Artifact,
  ArtifactContent,
  ArtifactContentFile,
  ArtifactFile,
  ArtifactStore,
  OpenArtifact,
  OpenArtifactFile,
  StoredArtifact,
} from "./artifact.ts";
export type { ArtifactFinding, ArtifactLimits, ArtifactRisk, ArtifactScan, ScannedFile } from "./artifact-scan.ts";
export type { AnchoredText, AuditAnchor, AuditAnchorCapabilities } from "./audit-anchor.ts";
export type {
  AuditCheckpoint,
  AuditCheckpointBody,
  AuditConsistencyProof,
  AuditInclusionProof,
} from "./audit-checkpoint.ts";
export type { AuditEvent, AuditLog, AuditRecord, AuditVerdict } from "./audit-log.ts";
export type {
  AnchorReport,
  AuditFault,
  AuditPage,
  AuditSearch,
  AuditTrailVerdict,
  AuditWarning,
} from "./audit-trail.ts";
export type { BlobCapabilities, BlobRef, BlobStore, ListedBlob } from "./blob-store.ts";
export type { ConfigDefinition, PromptDefinition, PromptMessage, PromptValue } from "./content-definition.ts";
export type { CertificateBody, PromotionCertificate } from "./certificate.ts";
export type { CertificateFiles, CertificatePart, CertificateVerdict, SignedJson } from "./certificate-files.ts";
export type { Change, ChangeFeed } from "./change-feed.ts";
export type { BatchMetrics, ColumnMetric, ColumnMetrics } from "./batch-metrics.ts";
export type {
  Check,
  CheckFold,
  CheckInput,
  CheckNeeds,
  CheckOutcome,
  CheckSurroundings,
  NeededTable,
  SampleRow,
} from "./check.ts";
export type { AnyColumnType, ColumnOf, ColumnsOf, DatasetDefinition } from "./dataset-definition.ts";
export type { DataSource, SourceBatch } from "./data-source.ts";
export type { CollectedRows, DatasetCollector } from "./dataset-collector.ts";
export type { DatasetReader, DatasetVersion } from "./dataset-version.ts";
export type {
  ChampionComparison,
  EvaluationReport,
  FairnessMeasurement,
  LatencyMeasurement,
  LeakageMeasurement,
  SliceDifference,
} from "./evaluation-report.ts";
export type {
  CalibrationBin,
  DecisionComparison,
  DecisionCounts,
  EvaluationCode,
  Reliability,
  RobustnessMeasurement,
  ScoreCurve,
  TaskKind,
  ThresholdChoice,
  WorstSlice,
  WorstSlices,
} from "./evaluation-detail.ts";
export type { MetricEstimate, Metrics } from "./metric-estimate.ts";
export type { Reproduction } from "./reproduction.ts";
export type {
  BooleanExpression,
  BooleanOperand,
  Both,
  Either,
  Expression,
  ExpressionNode,
  InstantExpression,
  InstantOperand,
  Nullable,
  NumberExpression,
  NumberOperand,
  PureFunction,
  TextExpression,
  TextOperand,
} from "./expression.ts";
export type { ExpressionOf } from "./expression-of.ts";
export type { NumbersExpression } from "./numbers-expression.ts";
export type {
  AggregateName,
  AliasBody,
  DefinitionAbout,
  EntityDefinition,
  Expressions,
  InputKeys,
  Inputs,
  Intersect,
  KeysOf,
  NamedExpressions,
  NoColumns,
  OnDemandBody,
  RequestDefinition,
  RequestOf,
  ViewDefinition,
  ViewInput,
  WindowedAggregate,
  WindowedBody,
  WindowFrame,
  WindowedView,
  Windows,
} from "./feature-definition.ts";
export {
  type FeatureColumn,
  type FeatureColumnsOf,
  featureStatus,
  type FeatureInputRow,
  type FeatureReader,
  type FeatureValues,
  type FeatureVectors,
  type ManyFeatureReader,
  type ManyFeatures,
  type ManyReadOptions,
  type OnlineReadOptions,
} from "./feature-reader.ts";
export type {
  FeatureCell,
  FeatureServiceRef,
  ServiceDefinition,
  ServiceFeature,
  ServiceFeatures,
  ServiceInput,
} from "./feature-service.ts";
export type {
  AliasRules,
  Approval,
  BreakGlassRules,
  CardEvidence,
  DataAge,
  Deprecation,
  Gate,
  GateEvidence,
  GateOutcome,
  IdentityDemand,
  PromotionPolicy,
  TransitionRules,
} from "./gate.ts";
export type { Identity, IdentityVerifier } from "./identity.ts";
export type { IncrementalSource, SourceNews } from "./incremental-source.ts";
export type { IngestedColumn, IngestedVersion, IngestRecord } from "./ingest-record.ts";
export type { Ledger } from "./ledger.ts";
export type { LineageEdge, LineageKind, LineageNode, LineageStore, LineageTree } from "./lineage-store.ts";
export type { LinearLink, LinearModel } from "./linear-model.ts";
export type {
  MetadataCapabilities,
  MetadataStore,
  MetadataTransaction,
  Migration,
  NoTables,
  PortableColumnTypes,
  StageMigrations,
  WriteOptions,
} from "./metadata-store.ts";
export type { ModelDefinition } from "./model-definition.ts";
export type { ModelBatch, ModelHandle, ModelRuntime, ModelSignature } from "./model-runtime.ts";
export type { CertifiedModel, ModelSource } from "./model-source.ts";
export type { ModelCard, ModelCardParts } from "./model-card.ts";
export type { ModelVersion, Stage, VersionKind, VersionOrigin } from "./model-version.ts";
export type {
  Alert,
  AlertSink,
  MonitorAction,
  MonitorDefinition,
  MonitorResponse,
  MonitorSignal,
  MonitorThreshold,
} from "./monitor.ts";
export type { OfflineCapabilities, OfflineStore, PointInTimeRequest, PointInTimeResult } from "./offline-store.ts";
export type {
  OnlineCallOptions,
  OnlineCapabilities,
  OnlineEventBatch,
  OnlineEvents,
  OnlineExtent,
  OnlineNewest,
  OnlineRead,
  OnlineRow,
  OnlineStore,
  OnlineValues,
  TrimOptions,
} from "./online-store.ts";
export type { PipelineRequest, PipelineStarter } from "./pipeline-starter.ts";
export type { Outcome, PredictionBatch, PredictionLog, Role, StoredPredictions } from "./prediction-log.ts";
export type {
  Guardrail,
  RolloutEvidence,
  RolloutEvidenceSource,
  RolloutPhase,
  RolloutPlan,
  RolloutStep,
  RolloutVerdict,
} from "./rollout.ts";
export type { Ref, RefCapabilities, RefStore } from "./ref-store.ts";
export type { RunReader, RunRef } from "./run.ts";
export type { RowFault, RowIssue } from "./row-fault.ts";
export type { Signer, Verifier } from "./signer.ts";
export type { Actor, Starter } from "./starter.ts";
export type { TrainingSet, TrainingSetRef } from "./training-set.ts";
export type {
  NearestVectors,
  VectorBatch,
  VectorCallOptions,
  VectorCapabilities,
  VectorStore,
  VectorQuery,
  VectorSpace,
} from "./vector-store.ts";
export type { WorkspaceEvents } from "./workspace-events.ts";
export type { FileEntry, FileSource } from "./file-source.ts";
export type { FeatureLog, ServedVectorReader, ServedVectors } from "./served-vectors.ts";
export type { PredictionRow, SkewFigures, SkewMeter } from "./skew-meter.ts";
