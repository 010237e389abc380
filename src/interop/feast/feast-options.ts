import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { FeatureStore } from "../../features/store/feature-store.ts";
import type { RowObject } from "../../table/table-from-rows.ts";

/** What a request can ask for; each is one path of Feast's protocol. */
export type FeastOperation = "get-online-features" | "push" | "materialize" | "materialize-incremental" | "health";

/** The part of the features stage that answers: `ws.features`, or a `FeatureStore`. */
export type FeastFeatures = Pick<FeatureStore, "online" | "push" | "materialize">;

/** Takes pushed rows into a dataset's history. Instants are epoch milliseconds. */
export type FeastOfflineWrite = (dataset: DatasetDefinition, rows: readonly RowObject[]) => Promise<unknown>;

/** How a Feast client is answered. */
export interface FeastOptions {
  readonly features: FeastFeatures;
  /** The feature services that can be asked for, by name; their views can be asked for as `view:feature`. */
  readonly services: readonly ServiceDefinition[];
  /** Which operations are served at all; others are 404. Those that write must be named. @default ["get-online-features", "health"] */
  readonly operations?: readonly FeastOperation[];
  /**
   * Looks at each request of a served operation before its body is read: answers `undefined` to let it through, else the response that
   * refuses it (401, 403). @default lets everything through: who may reach the handler is up to the host that mounts it
   */
  readonly authorize?: (
    request: Request,
    operation: FeastOperation,
  ) => Promise<Response | undefined> | Response | undefined;
  /** Where `to: "offline"` and `"online_and_offline"` write. @default such pushes are 422 */
  readonly offline?: FeastOfflineWrite;
  /** The path before the operation's, as in `/feast`. @default none */
  readonly basePath?: string;
  /** The largest request body, bytes. @default 4194304 */
  readonly maxBodyBytes?: number;
  /** The most entity rows of one read, and the most rows of one push. @default 10000 */
  readonly maxRows?: number;
}
