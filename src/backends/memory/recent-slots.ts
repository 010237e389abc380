/** Int32 numbers a slot: the slot used just before it and the one used just after it. */
const links = 2;
/** The place of the ends of the list, before that of slot 0. */
const ends = 0;

/** Slots in the order of their last use: each step takes the same time, however many there are. */
export class RecentSlots {
  /** By slot + 1: before, after; the first pair is the ends' (the one used last, and the one used longest ago). */
  #links: Int32Array = new Int32Array(links * 16);

  /** A slot comes into use. */
  add(slot: number): void {
    if (links * (slot + 2) > this.#links.length) this.#grow(slot + 2);
    this.#putLast(slot + 1);
  }

  /** A slot is used: it becomes the one used last. */
  touch(slot: number): void {
    const place = slot + 1;
    if (this.#links[ends] === place) return;
    this.#unlink(place);
    this.#putLast(place);
  }

  /** A slot goes out of use. */
  remove(slot: number): void {
    this.#unlink(slot + 1);
  }

  /** The slot used longest ago; −1 where none is in use. */
  get oldest(): number {
    return (this.#links[ends + 1] ?? 0) - 1;
  }

  #putLast(place: number): void {
    const all = this.#links;
    const last = all[ends] ?? 0;
    all[links * place] = last;
    all[links * place + 1] = ends;
    all[links * last + 1] = place;
    all[ends] = place;
  }

  #unlink(place: number): void {
    const all = this.#links;
    const before = all[links * place] ?? 0;
    const after = all[links * place + 1] ?? 0;
    all[links * before + 1] = after;
    all[links * after] = before;
  }

  #grow(places: number): void {
    const longer = new Int32Array(links * Math.max(places, this.#links.length));
    longer.set(this.#links);
    this.#links = longer;
  }
}
