import type { OnlineRow } from "../../contracts/online-store.ts";
import { RecentSlots } from "./recent-slots.ts";

/** The latest rows of one view, of at most so many entities: one more drops that whose row was read or written longest ago. */
export class ViewRows {
  readonly #maxEntities: number;
  readonly #slots: Map<string, number> = new Map();
  readonly #rows: OnlineRow[] = [];
  readonly #recent: RecentSlots = new RecentSlots();

  constructor(maxEntities: number) {
    this.#maxEntities = maxEntities;
  }

  /** Takes a row if it is later than the one held; answers how many entities it dropped for it. */
  write(row: OnlineRow): number {
    const known = this.#slots.get(row.key);
    if (known !== undefined) {
      this.#recent.touch(known);
      if (isLater(row, this.#rows[known])) this.#rows[known] = copyOf(row);
      return 0;
    }
    const isFull = this.#slots.size >= this.#maxEntities;
    const slot = isFull ? this.#emptied() : this.#rows.length;
    this.#slots.set(row.key, slot);
    this.#rows[slot] = copyOf(row);
    this.#recent.add(slot);
    return isFull ? 1 : 0;
  }

  /** The row of an entity. */
  read(key: string): OnlineRow | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#recent.touch(slot);
    return this.#rows[slot];
  }

  #emptied(): number {
    const slot = this.#recent.oldest;
    this.#recent.remove(slot);
    this.#slots.delete(this.#rows[slot]?.key ?? "");
    return slot;
  }
}

function copyOf(row: OnlineRow): OnlineRow {
  return { ...row, bytes: row.bytes.slice() };
}

function isLater(row: OnlineRow, old: OnlineRow | undefined): boolean {
  if (old === undefined) return true;
  if (row.eventTimeMs !== old.eventTimeMs) return row.eventTimeMs > old.eventTimeMs;
  return row.knownTimeMs > old.knownTimeMs;
}
