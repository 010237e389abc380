import { lowerBound } from "../../core/lower-bound.ts";
import type { OnlineEventBatch, OnlineEvents, OnlineValues } from "../../contracts/online-store.ts";
import { type EventValues, makeValues, type ValueKind } from "../online/event-values.ts";
import { grown, grownValues, takeValue } from "./value-arrays.ts";

const noNumbers = new Float64Array(0);

/** The events of one entity in one view, sorted by (event time, id), in arrays with room to grow. */
export class EventBlock implements OnlineEvents {
  count = 0;
  ids: Float64Array;
  eventTimeMs: Float64Array;
  knownTimeMs: Float64Array;
  values: EventValues[];
  /** Made at a column's first null. */
  present: (Uint8Array | undefined)[];

  constructor(kinds: readonly ValueKind[]) {
    this.ids = new Float64Array(4);
    this.eventTimeMs = new Float64Array(4);
    this.knownTimeMs = new Float64Array(4);
    this.values = kinds.map((kind) => makeValues(kind, 4));
    this.present = kinds.map(() => undefined);
  }

  /** Inserts one event of a batch at its place, which it answers. Late events move the ones after them. */
  insert(batch: OnlineEventBatch, item: number): number {
    if (this.count === this.ids.length) this.#resize(this.count * 2);
    const at = this.#place(batch.eventTimeMs[item] ?? 0, batch.ids[item] ?? 0);
    if (at < this.count) this.#makeRoom(at);
    this.ids[at] = batch.ids[item] ?? 0;
    this.eventTimeMs[at] = batch.eventTimeMs[item] ?? 0;
    this.knownTimeMs[at] = batch.knownTimeMs[item] ?? 0;
    for (let c = 0; c < this.values.length; c++) {
      const state = batch.present[c]?.[item] ?? 1;
      const [to, from] = [this.values[c], batch.values[c]];
      if (to !== undefined && from !== undefined) takeValue(to, at, from, item);
      if (to?.kind === "numbers") to.values[at] = to.values[at]?.slice() ?? noNumbers; // the batch is its caller's
      this.#setPresent(c, at, state);
    }
    this.count++;
    return at;
  }

  /** The place of the newest event: of the latest event time, of those the one known last, then of the highest id; −1 without any. */
  newest(): number {
    let best = this.count - 1;
    for (let i = best - 1; i >= 0 && this.eventTimeMs[i] === this.eventTimeMs[best]; i--)
      if ((this.knownTimeMs[i] ?? 0) > (this.knownTimeMs[best] ?? 0)) best = i;
    return best;
  }

  /** The event time of the newest event before an instant that was known by it; −∞ where there is none. */
  latestKnownMs(atMs: number): number {
    for (let i = this.#firstAt(atMs) - 1; i >= 0; i--)
      if ((this.knownTimeMs[i] ?? 0) <= atMs) return this.eventTimeMs[i] ?? 0;
    return Number.NEGATIVE_INFINITY;
  }

  /** Forgets the events before `beforeMs`. */
  trim(beforeMs: number): void {
    const first = this.#firstAt(beforeMs);
    if (first === 0) return;
    this.ids = this.ids.slice(first, this.count);
    this.eventTimeMs = this.eventTimeMs.slice(first, this.count);
    this.knownTimeMs = this.knownTimeMs.slice(first, this.count);
    this.values = this.values.map((column) => sliceOf(column, first, this.count));
    this.present = this.present.map((present) => present?.slice(first, this.count));
    this.count -= first;
    if (this.count === 0) this.#resize(4);
  }

  /** The events from an event time on, as views of the arrays. */
  from(fromMs: number): OnlineEvents {
    const first = this.#firstAt(fromMs);
    if (first === 0) return this;
    return {
      count: this.count - first,
      ids: this.ids.subarray(first),
      eventTimeMs: this.eventTimeMs.subarray(first),
      knownTimeMs: this.knownTimeMs.subarray(first),
      values: this.values.map((column) => tailOf(column, first, this.count)),
      present: this.present.map((present) => present?.subarray(first)),
    };
  }

  #firstAt(fromMs: number): number {
    return lowerBound(this.eventTimeMs, fromMs, 0, this.count);
  }

  #place(eventMs: number, id: number): number {
    if (this.count === 0 || !this.#isAfter(this.count - 1, eventMs, id)) return this.count;
    let at = this.#firstAt(eventMs);
    while (at < this.count && !this.#isAfter(at, eventMs, id)) at++;
    return at;
  }

  #isAfter(at: number, eventMs: number, id: number): boolean {
    const own = this.eventTimeMs[at] ?? 0;
    return own > eventMs || (own === eventMs && (this.ids[at] ?? 0) > id);
  }

  #makeRoom(at: number): void {
    const to = at + 1;
    this.ids.copyWithin(to, at, this.count);
    this.eventTimeMs.copyWithin(to, at, this.count);
    this.knownTimeMs.copyWithin(to, at, this.count);
    for (const { values } of this.values) values.copyWithin(to, at, this.count);
    for (const present of this.present) present?.copyWithin(to, at, this.count);
  }

  #setPresent(column: number, at: number, state: number): void {
    let present = this.present[column];
    if (present === undefined) {
      if (state === 1) return;
      present = new Uint8Array(this.ids.length).fill(1);
      this.present[column] = present;
    }
    present[at] = state;
  }

  #resize(capacity: number): void {
    this.ids = grown(this.ids, new Float64Array(capacity));
    this.eventTimeMs = grown(this.eventTimeMs, new Float64Array(capacity));
    this.knownTimeMs = grown(this.knownTimeMs, new Float64Array(capacity));
    this.values = this.values.map((column) => grownValues(column, capacity));
    this.present = this.present.map((present) =>
      present === undefined ? undefined : grown(present, new Uint8Array(capacity)),
    );
  }
}

function sliceOf(column: EventValues, from: number, to: number): EventValues {
  switch (column.kind) {
    case "number":
      return { kind: column.kind, values: column.values.slice(from, to) };
    case "integer":
      return { kind: column.kind, values: column.values.slice(from, to) };
    case "text":
      return { kind: column.kind, values: column.values.slice(from, to) };
    case "numbers":
      return { kind: column.kind, values: column.values.slice(from, to) };
  }
}

/** Values from a place on: as a view where there are such. */
function tailOf(column: EventValues, from: number, to: number): OnlineValues {
  if (column.kind === "number") return { kind: column.kind, values: column.values.subarray(from) };
  if (column.kind === "integer") return { kind: column.kind, values: column.values.subarray(from) };
  return sliceOf(column, from, to);
}
