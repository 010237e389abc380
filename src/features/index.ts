/**
 * Stage 2: entities, views and services; one kernel for training and serving.
 *
 * @module sluice/features
 */

export type { CatalogFeature, CatalogPage, CatalogQuery, CatalogService, CatalogView } from "./catalog/catalog-page.ts";
export type { FeatureProfile, ProfileSource } from "./catalog/feature-profile.ts";
export { formatCatalog } from "./catalog/format-catalog.ts";
export {
  type AggregateOfWindow,
  count,
  type DistinctCount,
  distinct,
  type EventCount,
  first,
  last,
  max,
  mean,
  min,
  type NumericAggregate,
  quantile,
  sd,
  sum,
  variance,
} from "./definitions/aggregates.ts";
export { hopMsOf, type SessionOptions, type TumblingOptions } from "./definitions/window-frames.ts";
export { lastK, type ListAggregate, type ListTag, mostFrequent } from "./definitions/list-aggregates.ts";
export { alias, type RenamedKeys } from "./definitions/alias.ts";
export { nullable, t } from "./definitions/column-tags.ts";
export { entity } from "./definitions/entity.ts";
export { featureService } from "./definitions/feature-service.ts";
export {
  type FeatureViewOptions,
  featureView,
  type KeyColumn,
  type KeysExist,
  type ViewFeatures,
} from "./definitions/feature-view.ts";
export { type KeysOfInputs, type OnDemandOptions, onDemand } from "./definitions/on-demand.ts";
export { request } from "./definitions/request.ts";
export type { VectorMetric } from "../table/nearest/nearness.ts";
export { type TopK, type TopKOptions, topK } from "../table/nearest/top-k.ts";
export { type AllNullable, coalesce } from "./kernel/expressions/coalesce.ts";
export {
  type AnyNullable,
  type PureArguments,
  type PureOptions,
  type PureResult,
  pure,
} from "./kernel/expressions/pure.ts";
export {
  type Branches,
  type BranchOf,
  type BranchValue,
  type ComputedTag,
  type Condition,
  type NullableBranch,
  type TagOfBranch,
  when,
} from "./kernel/expressions/when.ts";
export type { Calendar, CalendarConstants } from "./kernel/calendar.ts";
export type { LogConstants } from "../core/math/log-pair.ts";
export type { PortableMath } from "../core/math/portable-math.ts";
export { type Kernel, type KernelConstants, kernelConstants, kernelVersion, makeKernel } from "./kernel/kernel.ts";
export { entitySample, type InSample } from "./log/entity-sample.ts";
export {
  type FeatureLogging,
  LoggedFeatureReader,
  type LoggedFeatureReaderOptions,
} from "./log/logged-feature-reader.ts";
export { SqlFeatureLog } from "./log/sql-feature-log.ts";
export { FeatureSkew } from "./skew/feature-skew.ts";
export type { CausesOfSkew, FeatureSkewParts, SkewCounts, SkewExample } from "./skew/skew-counts.ts";
export type { ServedOptions } from "./skew/newest-served.ts";
export type { ServedPart, ServedSource } from "./skew/served-rows.ts";
export type { SkewCause } from "./skew/skew-cause.ts";
export type { SkewOptions } from "./skew/skew-options.ts";
export type { NearestEntities, NearestOptions } from "./nearest/nearest-entities.ts";
export type { FlushedDataset, FlushOptions } from "./push/flush-pushes.ts";
export type { PushInput, ReadArrow } from "./push/push-input.ts";
export type { Buffered } from "./push/push-log.ts";
export type { PushOptions, PushOutcome } from "./push/push-rows.ts";
export type { FeatureValues, LoggedColumn, LoggedColumns, LoggedVectors, SkewReport } from "./store/compare-vectors.ts";
export type { CollectedViews } from "./store/collect-views.ts";
export type { MeaningChange } from "./store/compare-meanings.ts";
export { FeatureStore } from "./store/feature-store.ts";
export type {
  FeatureStoreOptions,
  ProfileOptions,
  ReplayInput,
  ReplayOptions,
  TrainingOptions,
} from "./store/feature-store-options.ts";
export { FeaturesPlan } from "./store/features-plan.ts";
export type {
  PlannedAction,
  ServiceChange,
  ServiceModel,
  ServiceModels,
  ViewChange,
} from "./store/plan-changes.ts";
export { type FeaturesTables, featuresMigrations } from "./store/features-migrations.ts";
export type { BackfillOptions, MaterializeOptions, PushResult } from "./store/push-events.ts";
export { ServiceRegistry, type ServiceRegistryOptions } from "./store/service-registry.ts";
export type { SourceVersions } from "./store/source-history.ts";
