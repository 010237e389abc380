import { lowerBound } from "../../core/lower-bound.ts";
import type { OnlineEventBatch, OnlineEvents } from "../../contracts/online-store.ts";

/** The events of one entity in one view, sorted by (event time, id), in arrays with room to grow. */
export class EventBlock implements OnlineEvents {
  count = 0;
  ids: Float64Array;
  eventTimeMs: Float64Array;
  knownTimeMs: Float64Array;
  values: Float64Array[];
  /** Made at a column's first null. */
  present: (Uint8Array | undefined)[];

  constructor(columns: number) {
    this.ids = new Float64Array(4);
    this.eventTimeMs = new Float64Array(4);
    this.knownTimeMs = new Float64Array(4);
    this.values = Array.from({ length: columns }, () => new Float64Array(4));
    this.present = Array.from({ length: columns }, () => undefined);
  }

  /** Inserts one event of a batch at its place. Late events move the ones after them. */
  insert(batch: OnlineEventBatch, item: number): void {
    if (this.count === this.ids.length) this.#resize(this.count * 2);
    const at = this.#place(batch.eventTimeMs[item] ?? 0, batch.ids[item] ?? 0);
    if (at < this.count) this.#makeRoom(at);
    this.ids[at] = batch.ids[item] ?? 0;
    this.eventTimeMs[at] = batch.eventTimeMs[item] ?? 0;
    this.knownTimeMs[at] = batch.knownTimeMs[item] ?? 0;
    for (let c = 0; c < this.values.length; c++) {
      const values = this.values[c];
      if (values !== undefined) values[at] = batch.values[c]?.[item] ?? 0;
      this.#setPresent(c, at, batch.present[c]?.[item] ?? 1);
    }
    this.count++;
  }

  /** The event time of the newest event before an instant that was known by it; −∞ where there is none. */
  latestKnownMs(atMs: number): number {
    for (let i = this.#firstAt(atMs) - 1; i >= 0; i--)
      if ((this.knownTimeMs[i] ?? 0) <= atMs) return this.eventTimeMs[i] ?? 0;
    return Number.NEGATIVE_INFINITY;
  }

  /** Forgets the events before `beforeMs`. */
  trim(beforeMs: number): void {
    if (this.#firstAt(beforeMs) === 0) return;
    const kept = this.from(beforeMs);
    this.ids = kept.ids.slice(0, kept.count);
    this.eventTimeMs = kept.eventTimeMs.slice(0, kept.count);
    this.knownTimeMs = kept.knownTimeMs.slice(0, kept.count);
    this.values = kept.values.map((values) => values.slice(0, kept.count));
    this.present = kept.present.map((present) => present?.slice(0, kept.count));
    this.count = kept.count;
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
      values: this.values.map((values) => values.subarray(first)),
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
    for (const values of this.values) values.copyWithin(to, at, this.count);
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
    this.values = this.values.map((values) => grown(values, new Float64Array(capacity)));
    this.present = this.present.map((present) =>
      present === undefined ? undefined : grown(present, new Uint8Array(capacity)),
    );
  }
}

function grown<A extends { set(from: A): void; readonly length: number }>(from: A, to: A): A {
  to.set(from);
  return to;
}
