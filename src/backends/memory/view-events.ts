import type {
  OnlineEventBatch,
  OnlineEvents,
  OnlineExtent,
  OnlineNewest,
  OnlineRead,
  TrimOptions,
} from "../../contracts/online-store.ts";
import { type NewestRoom, newestIn } from "../online/newest-events.ts";
import { EventBlock } from "./event-block.ts";
import { NewestRows } from "./newest-rows.ts";
import { NumberSet } from "./number-set.ts";

const none: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

/** The events of one view. Each entity has a slot; that of one without events is given to another. */
export class ViewEvents implements OnlineExtent {
  keptFromMs: number = Number.NEGATIVE_INFINITY;
  oldestMs: number = Number.POSITIVE_INFINITY;
  newestMs: number = Number.NEGATIVE_INFINITY;
  readonly #slots: Map<string, number> = new Map();
  readonly #blocks: (EventBlock | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** Made at the first read of newest events: a view of windows alone needs none. */
  #newest: NewestRows | undefined;
  #ids: NumberSet = new NumberSet();

  /** Adds the events whose ids are new; answers how many. */
  append(batch: OnlineEventBatch): number {
    const slots = new Int32Array(batch.keys.length).fill(-1);
    let added = 0;
    for (let item = 0; item < batch.ids.length; item++) {
      if (!this.#ids.add(batch.ids[item] ?? 0)) continue;
      const key = batch.keyIndex[item] ?? 0;
      if ((slots[key] ?? -1) < 0) slots[key] = this.#slotFor(batch, key);
      const slot = slots[key] ?? 0;
      const block = this.#blocks[slot];
      if (block === undefined) continue;
      const place = block.insert(batch, item);
      this.#newest?.offer(slot, block, place);
      const eventMs = batch.eventTimeMs[item] ?? 0;
      if (eventMs < this.oldestMs) this.oldestMs = eventMs;
      if (eventMs > this.newestMs) this.newestMs = eventMs;
      added++;
    }
    return added;
  }

  /** The events of keys from an event time on, as they are held. */
  from(keys: readonly string[], fromMs: number): OnlineRead {
    const events = keys.map((key) => this.#blocks[this.#slots.get(key) ?? -1]?.from(fromMs) ?? none);
    return { events, keptFromMs: this.keptFromMs };
  }

  /** How many value columns its newest events have; 0 without any. */
  newestColumns(): number {
    this.#newest ??= this.#gathered();
    return this.#newest?.columns ?? 0;
  }

  /** The newest event of each key. */
  newest(keys: readonly string[], room: NewestRoom): OnlineNewest {
    const { keptFromMs } = this;
    return this.#newest?.read(keys, this.#slots, keptFromMs, room) ?? newestIn(room, keys.length, 0, { keptFromMs });
  }

  /** Forgets events, as the port says. */
  trim(beforeMs: number, { keepLatest, unlessNewerMs }: TrimOptions): void {
    if (unlessNewerMs !== undefined && this.newestMs > unlessNewerMs) return;
    this.keptFromMs = Math.max(this.keptFromMs, beforeMs);
    const ids = new NumberSet();
    for (const [key, slot] of this.#slots) {
      const block = this.#blocks[slot];
      if (block === undefined) continue;
      block.trim(keepLatest ? block.latestKnownMs(beforeMs) : beforeMs);
      if (block.count === 0) this.#free(key, slot);
      for (let i = 0; i < block.count; i++) ids.add(block.ids[i] ?? 0);
    }
    this.#ids = ids;
  }

  #slotFor(batch: OnlineEventBatch, key: number): number {
    const name = batch.keys[key] ?? "";
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.#freeSlots.pop() ?? this.#blocks.length;
    this.#slots.set(name, slot);
    this.#blocks[slot] = new EventBlock(batch.values.map(({ kind }) => kind));
    return slot;
  }

  /** Of an entity all events went, so the newest too. */
  #free(key: string, slot: number): void {
    this.#slots.delete(key);
    this.#blocks[slot] = undefined;
    this.#newest?.clear(slot);
    this.#freeSlots.push(slot);
  }

  #gathered(): NewestRows | undefined {
    const first = this.#blocks.find((block) => block !== undefined);
    if (first === undefined) return undefined;
    const kinds = first.values.map(({ kind }) => kind);
    const newest = new NewestRows(kinds, this.#blocks.length);
    this.#blocks.forEach((block, slot) => {
      if (block !== undefined) newest.offer(slot, block, block.newest());
    });
    return newest;
  }
}
