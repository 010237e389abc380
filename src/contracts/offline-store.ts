import type { Table } from "../table/table.ts";

/** A point-in-time join: for each spine row the latest source row that was valid and known at the row's time. */
export interface PointInTimeRequest {
  /** The appended source to look in. */
  readonly source: string;
  /** The rows to complete. All are kept, in order, duplicates too. */
  readonly spine: Table;
  /** The spine's instant column: T. */
  readonly at: string;
  /** Key columns, named alike in spine and source. A null key matches nothing. */
  readonly keys: readonly string[];
  /** The source's event time: valid iff `T − ttl ≤ event ≤ T`. */
  readonly eventTime: string;
  /** The source's known time, where it has one: then also `known ≤ T`. It may be before the event time, as a forecast's is. */
  readonly knownTime?: string;
  /** Added to the known time, milliseconds. @default 0 */
  readonly knownDelayMs?: number;
  /** Time to live, milliseconds; left out = unbounded. */
  readonly ttlMs?: number;
  /** The source columns wanted. */
  readonly columns: readonly string[];
  /** Ends the join, which then rejects with the signal's reason: at once where it computes in this process, else when the engine has answered. */
  readonly signal?: AbortSignal;
}

/** The answer to a {@link PointInTimeRequest}, aligned with the spine. */
export interface PointInTimeResult {
  /** The wanted columns; a cell without a match is absent, a stored null stays null. */
  readonly columns: Table;
  /** 1 where a source row matched, 0 where none did, 2 where one would have but for the TTL. */
  readonly matched: Uint8Array;
  /** The matched row's event time, epoch ms; unspecified where nothing matched. */
  readonly eventTimeMs: Float64Array;
}

/** What differs between offline engines. */
export interface OfflineCapabilities {
  /** Sources may exceed the memory of the process. */
  readonly largerThanMemory: boolean;
}

/**
 * Append, scan and point-in-time join over history. Ties in (event time) are broken by known time as it stands (plus the delay; also where it is before
 * the event time), then by append order: later wins.
 */
export interface OfflineStore {
  readonly capabilities: OfflineCapabilities;
  /** Whether something was appended under that name. */
  has(source: string): Promise<boolean>;
  /**
   * Appends rows to a source, one table after another; the first table fixes its columns. Atomic per call: whatever happens,
   * all rows are there or none. Errors: `data/missing-column`, `table/type-mismatch`.
   */
  append(source: string, rows: Table | readonly Table[]): Promise<void>;
  /** The rows in append order, batch by batch. */
  scan(source: string, columns: readonly string[]): AsyncIterable<Table>;
  /** Completes spine rows with what was valid and known at their time. */
  pointInTimeJoin(request: PointInTimeRequest): Promise<PointInTimeResult>;
  /** Forgets a source. */
  drop(source: string): Promise<void>;
  /** Closes what the store itself opened. */
  close(): Promise<void>;
}
