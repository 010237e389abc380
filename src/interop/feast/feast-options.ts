import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { FeatureStore } from "../../features/store/feature-store.ts";

/** What a request can ask for; each is one path of Feast's protocol. */
export type FeastOperation = "get-online-features" | "push" | "materialize" | "materialize-incremental" | "health";

/** The part of the features stage that answers: `ws.features`, or a `FeatureStore`. */
export type FeastFeatures = Pick<FeatureStore, "onlineMany" | "push" | "materialize">;

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
  /**
   * Takes a materialization that goes on after its answer (`?async=true`): awaits it, where the host must be kept alive (`ctx.waitUntil`), and logs
   * what it rejects with. @default such requests are 422
   */
  readonly inBackground?: (work: Promise<unknown>) => void;
  /** The path before the operation's, as in `/feast`. @default none */
  readonly basePath?: string;
  /** The largest request body, bytes. @default 4194304 */
  readonly maxBodyBytes?: number;
  /** The most entity rows of one read, and the most rows of one push. @default 10000 */
  readonly maxRows?: number;
}
