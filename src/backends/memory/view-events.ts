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
import { RecentSlots } from "./recent-slots.ts";

const none: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

/** How many entities a store has dropped. */
interface Dropped {
  entities: number;
}

/**
 * The events of one view, of at most so many entities: one more drops all events of the one read or written longest ago. Each entity has a
 * slot; that of one without events is given to another.
 */
export class ViewEvents implements OnlineExtent {
  keptFromMs: number = Number.NEGATIVE_INFINITY;
  oldestMs: number = Number.POSITIVE_INFINITY;
  newestMs: number = Number.NEGATIVE_INFINITY;
  readonly #maxEntities: number;
  readonly #dropped: Dropped;
  readonly #slots: Map<string, number> = new Map();
  /** The key of each slot in use. */
  readonly #keys: string[] = [];
  readonly #recent: RecentSlots = new RecentSlots();
  readonly #blocks: (EventBlock | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** Made at the first read of newest events: a view of windows alone needs none. */
  #newest: NewestRows | undefined;
  #ids: NumberSet = new NumberSet();

  constructor(maxEntities: number, dropped: Dropped) {
    this.#maxEntities = maxEntities;
    this.#dropped = dropped;
  }

  /** Adds the events whose ids are new; answers how many. */
  append(batch: OnlineEventBatch): number {
    const slots = new Int32Array(batch.keys.length).fill(-1);
    let added = 0;
    for (let item = 0; item < batch.ids.length; item++) {
      if (!this.#ids.add(batch.ids[item] ?? 0)) continue;
      const key = batch.keyIndex[item] ?? 0;
      let slot = slots[key] ?? -1;
      // A slot may have gone to a later key of the same batch.
      if (slot < 0 || this.#keys[slot] !== batch.keys[key]) {
        slot = this.#slotFor(batch, key);
        slots[key] = slot;
      }
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
    const events = keys.map((key) => {
      const slot = this.#slots.get(key);
      if (slot === undefined) return none;
      this.#recent.touch(slot);
      return this.#blocks[slot]?.from(fromMs) ?? none;
    });
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
    const found = this.#newest?.read(keys, this.#slots, this.#recent, keptFromMs, room);
    return found ?? newestIn(room, keys.length, 0, { keptFromMs });
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
    if (known !== undefined) {
      this.#recent.touch(known);
      return known;
    }
    if (this.#slots.size >= this.#maxEntities) this.#evict();
    const slot = this.#freeSlots.pop() ?? this.#blocks.length;
    this.#slots.set(name, slot);
    this.#keys[slot] = name;
    this.#recent.add(slot);
    this.#blocks[slot] = new EventBlock(batch.values.map(({ kind }) => kind));
    return slot;
  }

  /** Drops the entity used longest ago; its ids count as new when they come again. */
  #evict(): void {
    const slot = this.#recent.oldest;
    const block = this.#blocks[slot];
    for (let i = 0; i < (block?.count ?? 0); i++) this.#ids.delete(block?.ids[i] ?? 0);
    this.#free(this.#keys[slot] ?? "", slot);
    this.#dropped.entities++;
  }

  /** Of an entity all events went, so the newest too. */
  #free(key: string, slot: number): void {
    this.#slots.delete(key);
    this.#keys[slot] = "";
    this.#recent.remove(slot);
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
