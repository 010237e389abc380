import type { OnlineEvents, OnlineNewest } from "../../contracts/online-store.ts";
import { type EventValues, makeValues, type ValueKind } from "../online/event-values.ts";
import { doublesAlone, type NewestRoom, newestIn } from "../online/newest-events.ts";
import type { RecentSlots } from "./recent-slots.ts";
import { grown, grownValues, takeValue } from "./value-arrays.ts";

/** Doubles before a row's cells: event time, known time, id. */
const headDoubles = 3;

/**
 * The newest event of each entity of a view, row by row in one array: what a look-up reads lies together in memory. A row is its head, a double
 * a cell, and a byte a cell (1 = present). Cells of other kinds than doubles lie in arrays of their own, one a column.
 */
export class NewestRows {
  readonly #others: (EventValues | undefined)[];
  /** What an answer says of its columns, where all hold doubles. */
  readonly #doublesAlone: readonly undefined[] | undefined;
  /** Doubles of a row. */
  readonly #width: number;
  #rows: Float64Array;
  #bytes: Uint8Array;

  constructor(kinds: readonly ValueKind[], slots: number) {
    this.#width = headDoubles + kinds.length + Math.ceil(kinds.length / 8);
    this.#others = kinds.map((kind) => (kind === "number" ? undefined : makeValues(kind, slots)));
    this.#doublesAlone = kinds.every((kind) => kind === "number") ? doublesAlone(kinds.length) : undefined;
    this.#rows = new Float64Array(slots * this.#width).fill(Number.NaN);
    this.#bytes = new Uint8Array(this.#rows.buffer);
  }

  /** Forgets what is at a slot. */
  clear(slot: number): void {
    if ((slot + 1) * this.#width <= this.#rows.length) this.#rows[slot * this.#width] = Number.NaN;
  }

  /** Takes an event to a slot if it is newer than what is there. */
  offer(slot: number, events: OnlineEvents, item: number): void {
    if ((slot + 1) * this.#width > this.#rows.length) this.#grow(slot + 1);
    const row = slot * this.#width;
    if (!this.#isNewer(row, events, item)) return;
    this.#rows[row] = events.eventTimeMs[item] ?? 0;
    this.#rows[row + 1] = events.knownTimeMs[item] ?? 0;
    this.#rows[row + 2] = events.ids[item] ?? 0;
    const columns = this.#others.length;
    const states = (row + headDoubles + columns) * 8;
    for (let c = 0; c < columns; c++) {
      const [from, to] = [events.values[c], this.#others[c]];
      if (from?.kind === "number") this.#rows[row + headDoubles + c] = from.values[item] ?? 0;
      else if (from !== undefined && to !== undefined) takeValue(to, slot, from, item);
      this.#bytes[states + c] = events.present[c]?.[item] ?? 1;
    }
  }

  /** How many value columns there are. */
  get columns(): number {
    return this.#others.length;
  }

  /** The newest events of keys, whose slots are told by name; slots read are noted as used. */
  read(
    keys: readonly string[],
    slots: ReadonlyMap<string, number>,
    recent: RecentSlots,
    keptFromMs: number,
    room: NewestRoom,
  ): OnlineNewest {
    const [count, columns, width] = [keys.length, this.#others.length, this.#width];
    const made = this.#doublesAlone ?? this.#others.map((column) => column && makeValues(column.kind, count));
    const newest = newestIn(room, count, columns, { keptFromMs, others: made });
    const { eventTimeMs, knownTimeMs, ids, numbers, states } = newest;
    const [rows, bytes] = [this.#rows, this.#bytes];
    for (let i = 0; i < count; i++) {
      const slot = slots.get(keys[i] ?? "");
      if (slot === undefined) continue;
      recent.touch(slot);
      const row = slot * width;
      eventTimeMs[i] = rows[row] ?? Number.NaN;
      knownTimeMs[i] = rows[row + 1] ?? Number.NaN;
      ids[i] = rows[row + 2] ?? Number.NaN;
      const at = row + headDoubles;
      for (let c = 0; c < columns; c++) {
        numbers[c * count + i] = rows[at + c] ?? Number.NaN;
        states[c * count + i] = bytes[(at + columns) * 8 + c] ?? 0;
      }
      if (this.#doublesAlone === undefined) this.#readOthers(slot, made, i);
    }
    return newest;
  }

  #readOthers(slot: number, others: readonly (EventValues | undefined)[], at: number): void {
    for (let c = 0; c < others.length; c++) {
      const [to, from] = [others[c], this.#others[c]];
      if (to !== undefined && from !== undefined) takeValue(to, at, from, slot);
    }
  }

  /** By event time, then known time, then id; whatever comes is newer than nothing. */
  #isNewer(row: number, { eventTimeMs, knownTimeMs, ids }: OnlineEvents, item: number): boolean {
    const [ownEvent = Number.NaN, ownKnown = 0, ownId = 0] = [
      this.#rows[row],
      this.#rows[row + 1],
      this.#rows[row + 2],
    ];
    const [event, known, id] = [eventTimeMs[item] ?? 0, knownTimeMs[item] ?? 0, ids[item] ?? 0];
    if (event !== ownEvent) return !(event < ownEvent);
    return known === ownKnown ? id > ownId : known > ownKnown;
  }

  #grow(slots: number): void {
    const capacity = Math.max(slots, 2 * Math.floor(this.#rows.length / this.#width), 16);
    const longer = new Float64Array(capacity * this.#width);
    longer.fill(Number.NaN, this.#rows.length);
    this.#rows = grown(this.#rows, longer);
    this.#bytes = new Uint8Array(longer.buffer);
    this.#others.forEach((column, c) => {
      if (column !== undefined) this.#others[c] = grownValues(column, capacity);
    });
  }
}
