/**
 * Stage 1: sources, schemas, checks, ingest, quarantine and dataset versions.
 *
 * @module sluice/data
 */

export { absoluteChange, type ChangeOptions } from "./anomalies/absolute-change.ts";
export type { AnomalyStrategy, AnomalyVerdict } from "./anomalies/anomaly-strategy.ts";
export type { HistoryOptions } from "./anomalies/calm-history.ts";
export { type HoltWintersOptions, holtWinters } from "./anomalies/holt-winters.ts";
export { predictionInterval } from "./anomalies/prediction-interval.ts";
export { type RelativeChangeOptions, relativeChange } from "./anomalies/relative-change.ts";
export { robustInterval } from "./anomalies/robust-interval.ts";
export type { IntervalOptions } from "./anomalies/strategy-options.ts";
export { batchMetricsOf } from "./profile/batch-metrics-of.ts";
export { anomaly, type MonitoredMetric } from "./checks/anomaly.ts";
export {
  type CompareCondition,
  type CompareOptions,
  type ComparisonOperator,
  compare,
} from "./checks/compare.ts";
export type { CompareSide, ComputedSide, SideColumns } from "./checks/compare-side.ts";
export { type CompletenessOptions, completeness } from "./checks/completeness.ts";
export { correlationBounds } from "./checks/correlation-bounds.ts";
export { type CustomOptions, type CustomVerdict, custom } from "./checks/custom.ts";
export { distinctBounds } from "./checks/distinct-bounds.ts";
export {
  type DistributionOptions,
  distribution,
  type ReferenceRows,
  type SkewOptions,
  skew,
} from "./checks/distribution.ts";
export { entropyBounds } from "./checks/entropy-bounds.ts";
export { type FreshnessOptions, freshness } from "./checks/freshness.ts";
export type { DistributionLimits } from "./checks/judge-distribution.ts";
export { meanBounds } from "./checks/mean-bounds.ts";
export { membership, type SetValue } from "./checks/membership.ts";
export { type MonotonicOptions, monotonic } from "./checks/monotonic.ts";
export { pattern } from "./checks/pattern.ts";
export { quantileBounds } from "./checks/quantile-bounds.ts";
export { type RangeBound, type RangeOptions, range } from "./checks/range.ts";
export { type ReferentialOptions, referential } from "./checks/referential.ts";
export type { SeverityOption } from "./checks/require-option.ts";
export { type RowCountOptions, rowCount } from "./checks/row-count.ts";
export { sdBounds } from "./checks/sd-bounds.ts";
export { type TextLengthOptions, textLength } from "./checks/text-length.ts";
export type { RowCheckOptions, Tolerance } from "./checks/tolerance.ts";
export { uniqueness } from "./checks/uniqueness.ts";
export type { ValueBoundsOptions } from "./checks/value-check.ts";
export type { CollectOptions, CollectResult, NothingNew } from "./ingest/collect.ts";
export { type DataTables, dataMigrations } from "./data-migrations.ts";
export { DataStage, type ReadOptions } from "./data-stage.ts";
export { type DatasetOptions, dataset } from "./dataset.ts";
export type { CommitOptions } from "./versions/commit-options.ts";
export { DatasetRepository, type DatasetRepositoryOptions } from "./dataset-repository.ts";
export type { StoredFile } from "./files/file-tree.ts";
export type { CommitFilesOptions, FilesStatus } from "./files/versioned-files.ts";
export { Ingest } from "./ingest/ingest.ts";
export type { CheckSourceOptions, SourceVerdict } from "./ingest/check-source.ts";
export type { IngestOptions, IngestWiring } from "./ingest/ingest-options.ts";
export type { BlockedIngest, CommittedIngest, IngestResult, IngestRows } from "./ingest/ingest-result.ts";
export type {
  Manifest,
  ManifestChunk,
  ManifestContent,
  ManifestHeader,
  ManifestPage,
  ManifestPart,
} from "./parts/manifest.ts";
export type { CutTarget, TableStream } from "./parts/cut-tables.ts";
export type { Compression } from "./parts/pack-writer.ts";
export { type ColumnProfile, profileQuantiles } from "./profile/column-summary.ts";
export type { VersionProfile } from "./profile/version-profile.ts";
export type { Publication, PublishExtras, StoredVersion, VersionToPublish } from "./versions/publish-versions.ts";
export { quarantineTarget, reasonColumn, rowColumn } from "./ingest/quarantine.ts";
export type { QuarantinedRows, ReadQuarantineOptions } from "./ingest/read-quarantine.ts";
export { type RowSchema, SchemaValidator, type SchemaValidatorOptions } from "./schema/schema-validator.ts";
export { validateRow } from "./schema/validate-row.ts";
export { validateTable } from "./schema/validate-table.ts";
export type { JudgedColumn, NullOptions, ValidateOptions, Validation } from "./schema/validation.ts";
export type { ZodAnswer } from "./schema/zod-answer.ts";
export type { CursorMove } from "./ingest/source-cursors.ts";
export { type CsvSourceOptions, csvSource } from "./sources/csv-source.ts";
export { type JsonLinesSourceOptions, jsonLinesSource } from "./sources/json-lines-source.ts";
export { rowsSource } from "./sources/rows-source.ts";
export { tableSource } from "./sources/table-source.ts";
export { inferSchema } from "./suggest/infer-schema.ts";
export type { SuggestOptions } from "./suggest/sample-column.ts";
export { suggestChecks } from "./suggest/suggest-checks.ts";
export { type WatermarkOptions, watermarkSource } from "./sources/watermark-source.ts";
export type { CommitTarget, PreparedVersion } from "./versions/version-writer.ts";
export type { GcOptions, GcResult } from "./versions/collect-garbage.ts";
export type { DatasetChange, DatasetCommit } from "./versions/commit.ts";
export { CommitGraph, type PlacedCommit } from "./versions/commit-graph.ts";
export { DatasetVersions, type NamedCommit } from "./versions/dataset-versions.ts";
export type { DiffOptions, ExampleRow, MetricChange, SchemaChange, VersionDiff } from "./versions/diff-versions.ts";
export type { EraseOptions, EraseResult } from "./versions/erase-rows.ts";
export type { GraphTables } from "./versions/graph-migration.ts";
export type { MergeOptions, MergeResult } from "./versions/merge-branches.ts";
export type { CommitNotes } from "./versions/move-branch.ts";
export type { RefName } from "./versions/ref-name.ts";
export type { DatasetRef, ResolvedRef } from "./versions/resolve-ref.ts";
export type { RevertOptions } from "./versions/revert-commit.ts";
export type { MergeStrategy } from "./versions/three-way.ts";
export type { RowMatch } from "./versions/rows-matching.ts";
export type { DatasetVersionsWiring, RefOptions } from "./versions/versions-wiring.ts";
