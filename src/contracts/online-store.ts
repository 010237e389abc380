/** The latest row of one entity in one view. */
export interface OnlineRow {
  /** The entity's key, as the feature store encodes it. */
  readonly key: string;
  /** When the row's facts happened, epoch ms. */
  readonly eventTimeMs: number;
  /** When they became known, epoch ms. */
  readonly knownTimeMs: number;
  /** The packed values. */
  readonly bytes: Uint8Array;
}

/**
 * One value column of events: doubles (booleans as 0 and 1, instants as epoch ms), 64-bit integers, well-formed texts, or lists of
 * doubles. Where an event has no value, what stands in its place is unspecified. A view's columns are of the same kinds in every batch.
 */
export type OnlineValues =
  | { readonly kind: "number"; readonly values: Float64Array }
  | { readonly kind: "integer"; readonly values: BigInt64Array }
  | { readonly kind: "text"; readonly values: readonly string[] }
  | { readonly kind: "numbers"; readonly values: readonly Float64Array[] };

/** Events of many entities, column by column; all arrays have one length. */
export interface OnlineEventBatch {
  /** The distinct entity keys. */
  readonly keys: readonly string[];
  /** Index into `keys`, one an event. */
  readonly keyIndex: Int32Array;
  /** An id per event, a safe integer unique in its view: pushing it again changes nothing. */
  readonly ids: Float64Array;
  readonly eventTimeMs: Float64Array;
  /** When each was known; before its event time where it is a forecast, which counts from its event time on all the same. */
  readonly knownTimeMs: Float64Array;
  /** The value columns, in the view's order. */
  readonly values: readonly OnlineValues[];
  /** Per column one byte an event: 1 = present, 0 = null. Left out when all are present. */
  readonly present: readonly (Uint8Array | undefined)[];
}

/** The events of one entity, sorted by (event time, id); arrays may be longer than `count`: read only the first `count`. */
export interface OnlineEvents {
  readonly count: number;
  readonly ids: Float64Array;
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
  readonly values: readonly OnlineValues[];
  readonly present: readonly (Uint8Array | undefined)[];
}

/** The answer to a read of events. */
export interface OnlineRead {
  /** The events of each key, in order. */
  readonly events: readonly OnlineEvents[];
  /** {@link OnlineExtent.keptFromMs}, as of the same moment or later: events that were trimmed meanwhile cannot go unnoticed. */
  readonly keptFromMs: number;
}

/**
 * The newest event of each key in one view: that of the latest event time, of those the one known last, then of the highest id. One place a key, in
 * order; cells lie column by column, that of column `c` and key `i` at `c * keys + i`. The arrays are the caller's, lists in them the store's.
 */
export interface OnlineNewest {
  /** Event times, epoch ms; NaN where the key has no event: what stands in its other places is unspecified. */
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
  readonly ids: Float64Array;
  /** The cells that are doubles, booleans as 0 and 1, instants as epoch ms; unspecified where a cell is null or of another kind. */
  readonly numbers: Float64Array;
  /** One byte a cell: 1 = present, 0 = null. */
  readonly states: Uint8Array;
  /** Per value column, in the view's order, one value a key; `undefined` for a column of doubles. Empty where no key has an event. */
  readonly others: readonly (OnlineValues | undefined)[];
  /** {@link OnlineExtent.keptFromMs}, as {@link OnlineRead} tells it. */
  readonly keptFromMs: number;
}

/** What a store holds of a view's events. */
export interface OnlineExtent {
  /** The trim watermark, epoch ms: every appended event of this time or later is held; −∞ where nothing was ever trimmed. It only rises. */
  readonly keptFromMs: number;
  /** The oldest event time ever appended, epoch ms; +∞ where nothing was. */
  readonly oldestMs: number;
  /** The newest event time ever appended, epoch ms; −∞ where nothing was. */
  readonly newestMs: number;
}

/** How a call may be ended early. */
export interface OnlineCallOptions {
  /**
   * Ends the call with the signal's reason: at once where a server is awaited, between its steps where one engine works in this process.
   * What a writing call has sent by then may be done all the same; doing it again completes it.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What a trim spares, and when it is not wanted any more. */
export interface TrimOptions extends OnlineCallOptions {
  /**
   * Spares of each key the events that can still be its newest known one at `beforeMs` or later, so that latest look-ups
   * stay right: the newest before `beforeMs` that was known by then, and whatever is newer.
   */
  readonly keepLatest: boolean;
  /**
   * Does nothing where an event newer than this (event time, epoch ms) was ever appended: somebody has brought more since it was decided to trim.
   * Told and raised in one step. @default +∞
   */
  readonly unlessNewerMs?: number;
}

/** What differs between online engines. */
export interface OnlineCapabilities {
  /** Whether what an awaited call wrote is on a disk: it outlives the process, and the server if there is one. */
  readonly durable: boolean;
  /**
   * Whether a call of `writeRows` or `appendEvents` is atomic as a whole. Where false, the rows, or the events, of one entity still are (of
   * a very large batch, chunk by chunk): a call that fails may have written some, and doing it again completes it.
   */
  readonly atomicBatches: boolean;
}

/** Latest feature rows and recent events per view (by its hash) and entity: what a request reads. */
export interface OnlineStore {
  readonly capabilities: OnlineCapabilities;
  /** Writes latest rows; a row is replaced only by one with a later (event time, known time). Atomic as the capabilities say. */
  writeRows(view: string, rows: readonly OnlineRow[], options?: OnlineCallOptions): Promise<void>;
  /** The latest row of each key, in order; `undefined` where there is none. */
  readRows(
    view: string,
    keys: readonly string[],
    options?: OnlineCallOptions,
  ): Promise<readonly (OnlineRow | undefined)[]>;
  /**
   * Adds events, idempotent by id; returns how many were new. Atomic as the capabilities say. Events older than the watermark are taken too.
   * Errors: `argument/invalid` for a text with a lone surrogate, before anything is written.
   */
  appendEvents(view: string, batch: OnlineEventBatch, options?: OnlineCallOptions): Promise<number>;
  /** The events with event time ≥ `fromMs` of each key, in order. Arrays belong to the store: read them before the next append, never write them. */
  readEvents(view: string, keys: readonly string[], fromMs: number, options?: OnlineCallOptions): Promise<OnlineRead>;
  /** The newest event of each key in each of some views, one answer a view: one trip to a server, however many views. */
  readNewest(
    views: readonly string[],
    keys: readonly string[],
    options?: OnlineCallOptions,
  ): Promise<readonly OnlineNewest[]>;
  /**
   * Forgets events older than `beforeMs` (event time) and raises the watermark to it, in an order such that an interruption
   * leaves no forgotten event unmarked. An event that was forgotten counts as new when it is appended again.
   */
  trimEvents(view: string, beforeMs: number, options: TrimOptions): Promise<void>;
  /**
   * Forgets all of a view, rows, events and watermark, as if it had never been used; nothing else may write it meanwhile. An interruption
   * leaves the watermark at +∞, so that no read takes a part for the whole; dropping the view again completes it.
   */
  dropView(view: string, options?: OnlineCallOptions): Promise<void>;
  /** What is held of a view. */
  extent(view: string, options?: OnlineCallOptions): Promise<OnlineExtent>;
  /** Closes what the store itself opened. */
  close(): Promise<void>;
}
