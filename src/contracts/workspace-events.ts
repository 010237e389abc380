/** The typed events of a workspace. They inform; what must not be lost is in the store and in the change feed. */
export type WorkspaceEvents = {
  readonly "dataset.committed": { readonly dataset: string; readonly version: string; readonly rows: number };
  readonly "batch.blocked": { readonly dataset: string; readonly rows: number; readonly reasons: readonly string[] };
  /** An ingest that threw: nothing was changed, and the change feed does not know of it. */
  readonly "ingest.failed": {
    readonly dataset: string;
    readonly source: { readonly uri: string; readonly kind: string };
    readonly startedAtMs: number;
    readonly endedAtMs: number;
    /** The caller's signal ended it. */
    readonly aborted: boolean;
    readonly error: string;
  };
  readonly "run.ended": { readonly run: string; readonly experiment: string; readonly status: string };
  readonly "version.registered": {
    readonly model: string;
    readonly version: number;
    /** What is legal but unwise, as a model without a feature service; left out where there is nothing. */
    readonly warnings?: readonly string[];
  };
  readonly "version.promoted": {
    readonly model: string;
    readonly version: number;
    readonly from: string;
    readonly to: string;
  };
  /** An alias of the host's own points at another version. */
  readonly "alias.moved": { readonly model: string; readonly version: number; readonly alias: string };
  readonly "version.deprecated": { readonly model: string; readonly version: number; readonly reason: string };
  readonly "gate.refused": {
    readonly model: string;
    readonly version: number;
    readonly to: string;
    readonly reasons: readonly string[];
  };
  readonly "rollout.verdict": {
    readonly model: string;
    readonly challenger: number;
    readonly verdict: string;
    readonly reason: string;
  };
  readonly "alert.raised": { readonly monitor: string; readonly alert: string; readonly cause: string };
  readonly "retraining.started": { readonly pipeline: string; readonly run: string; readonly cause: string };
};
