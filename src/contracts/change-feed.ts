import type { JsonValue } from "../core/canonical-json.ts";
import type { MetadataTransaction } from "./metadata-store.ts";

/** A durable fact that other processes may follow. */
export interface Change {
  readonly schema: 1;
  /** Position in the feed, from 1. */
  readonly position: number;
  readonly timeMs: number;
  /** As the workspace event is named: `dataset.committed`, `version.promoted`, … */
  readonly kind: string;
  readonly payload: JsonValue;
}

/** The durable feed of what happened in a workspace. */
export interface ChangeFeed {
  /** Adds a change in the caller's transaction (takes the lock `changes`). */
  publish(tx: MetadataTransaction, kind: string, payload: JsonValue): Promise<void>;
  /** The changes after a position, oldest first. */
  read(options?: { readonly after?: number; readonly limit?: number }): Promise<readonly Change[]>;
}
