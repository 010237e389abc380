import type { DatasetCollector } from "../../contracts/dataset-collector.ts";
import type { DatasetReader, DatasetVersion } from "../../contracts/dataset-version.ts";
import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { ServedVectorReader } from "../../contracts/served-vectors.ts";
import type { VectorStore } from "../../contracts/vector-store.ts";
import type { Clock } from "../../core/clock.ts";
import type { Duration } from "../../core/duration.ts";
import { type OptionNames, requireParts } from "../../core/known-options.ts";
import type { Logger } from "../../core/logger.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Table } from "../../table/table.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ReadArrow } from "../push/push-input.ts";
import type { LoggedColumns, LoggedVectors } from "./compare-vectors.ts";
import type { ServiceModels } from "./plan-changes.ts";
import type { SourceVersions } from "./source-history.ts";

/** What a {@link FeatureStore} is made of. */
export interface FeatureStoreOptions {
  /** Where sources' committed versions are read. */
  readonly datasets: DatasetReader;
  /** Who makes pushed rows versions of their datasets. @default nobody: pushes to history are refused */
  readonly collector?: DatasetCollector;
  /** Reads Arrow tables that are pushed, as `tableFromArrow`. @default nothing does: they are refused */
  readonly readArrow?: ReadArrow;
  /** Recent events, for serving. */
  readonly online: OnlineStore;
  /** History, for training. */
  readonly offline: OfflineStore;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Where it is said that a view that is read online was never filled. @default silent */
  readonly logger?: Logger;
  /**
   * How far behind the newest pushed event an instant can still be read online: each view keeps its longest window and this
   * much more, up to a quarter over until it is trimmed. Of latest look-ups each entity's newest value stays. @default "1d"
   */
  readonly retention?: Duration;
  /** How many rows of one dataset may wait for a flush, from 1; beyond, a push to history is `features/log-full`. @default 5000000 */
  readonly pushLogRows?: number;
  /** The functions of features, for both paths. @default the standard kernel */
  readonly kernel?: Kernel;
  /** The registered model versions that use feature services. @default none are known: plans name none, and `collect` is refused */
  readonly models?: ServiceModels;
  /**
   * The newest vector of each entity, for `nearest`. Every process that materializes or pushes needs it, or one that shares its vectors. @default none:
   * searches are refused
   */
  readonly vectors?: VectorStore;
  /** The logs that `skew` reads what was served from. @default none */
  readonly served?: readonly ServedVectorReader[];
}

const optionNames: OptionNames<FeatureStoreOptions> = {
  datasets: "required",
  collector: "optional",
  readArrow: "optional",
  online: "required",
  offline: "required",
  metadata: "required",
  ledger: "required",
  clock: "required",
  logger: "optional",
  retention: "optional",
  pushLogRows: "optional",
  kernel: "optional",
  models: "optional",
  vectors: "optional",
  served: "optional",
};

/** The options themselves. Errors: `argument/invalid` for a name that is mistyped, and without what is needed. */
export function checkedStoreOptions(options: FeatureStoreOptions): FeatureStoreOptions {
  requireParts("new FeatureStore(options)", options, optionNames);
  return options;
}

/** How a training set is made. */
export interface TrainingOptions extends WorkOptions {
  /** The rows to complete: entity keys, request fields, an instant, and whatever else (the label). All are kept, in order. */
  readonly spine: Table | DatasetVersion;
  /** The spine's instant column: features are as of that instant. */
  readonly at: string;
  /** The sources' versions. @default the heads */
  readonly sources?: SourceVersions;
  /** Whether the catalog keeps a profile of the features' values (of ten thousand rows, evenly spaced). @default true */
  readonly profile?: boolean;
}

/** How values are profiled. */
export interface ProfileOptions {
  /** Rows whose values are looked at, evenly spaced; all are counted. A whole number above 0. @default 10000 */
  readonly sampleRows?: number;
}

/** What was served, to be computed again: as dense vectors, or as columns where features are texts or 64-bit integers too. */
export type ReplayInput = (LoggedVectors | LoggedColumns) & {
  /** The inputs of each request. */
  readonly inputs: readonly FeatureInputRow[];
  /** The instant each was served at, epoch ms. */
  readonly atMs: Float64Array;
};

/** How what was served is computed again. */
export interface ReplayOptions extends WorkOptions {
  /** The sources' versions that history is read from. @default the heads */
  readonly sources?: SourceVersions;
}
