import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

const pageBits = 7;
const pageSize = 1 << pageBits;
const folderBits = 10;
const folderSize = 1 << folderBits;

type Folder = (Float64Array | undefined)[] | undefined;

/**
 * Counts by whole number, in pages of 128 and folders of 1,024 pages that exist where something was counted.
 *
 * With a bound it keeps the so many highest bins and counts what is below them in the lowest of these. The highest bins of a union
 * are among the highest of its parts, and what a part has moved up the union would move at least as far: so the outcome depends on what was
 * counted alone, not on the order of counting, merging and joining.
 */
export class BinStore {
  #collapsed = false;
  readonly #most: number;
  #firstFolder = 0;
  #folders: Folder[] = [];
  #made = 0;
  #joinAt: number;

  /** @param most - The bound on bins, `Infinity` for none. */
  constructor(most: number) {
    this.#most = most;
    this.#joinAt = most / 4 + 8;
  }

  /** Whether bins were joined: true once more than the bound were counted. */
  get collapsed(): boolean {
    this.#join();
    return this.#collapsed;
  }

  /** How many bins hold a count. */
  get size(): number {
    return this.entries().length;
  }

  /** Adds to the count of a bin. */
  add(bin: number, count: number): void {
    const folder = this.#folders[(bin >> (pageBits + folderBits)) - this.#firstFolder];
    const page = folder?.[(bin >> pageBits) & (folderSize - 1)] ?? this.#makePage(bin >> pageBits);
    const at = bin & (pageSize - 1);
    page[at] = (page[at] as number) + count;
  }

  /** Adds what another store of the same bound has counted. */
  merge(other: BinStore): void {
    for (const [bin, count] of other.entries()) this.add(bin, count);
    this.#collapsed ||= other.#collapsed;
  }

  /** Writes the bins as distances from the one before and from `first`, and their counts. */
  write(writer: SummaryWriter, first: number): void {
    const entries = this.entries();
    writer.u8(this.#collapsed ? 1 : 0);
    writer.count(entries.length);
    let before = first;
    for (const [bin, count] of entries) {
      writer.count(bin - before);
      writer.count(count);
      before = bin;
    }
  }

  /** Reads what {@link BinStore.write} wrote into this store, still empty, where no bin is above `last`; returns the total count. */
  read(reader: SummaryReader, first: number, last: number): number {
    const collapsed = reader.u8();
    const size = reader.count();
    reader.require(collapsed <= 1 && size <= this.#most, `${size} bins with the flag ${collapsed}`);
    reader.require(collapsed === 0 || size === this.#most, `${size} bins that were joined`);
    let bin = first;
    let total = 0;
    for (let i = 0; i < size; i++) {
      const distance = reader.count();
      const count = reader.count();
      bin += distance;
      reader.require((distance > 0 || i === 0) && bin <= last && count > 0, `a bin ${bin} of count ${count}`);
      this.add(bin, count);
      total += count;
    }
    this.#collapsed = collapsed === 1;
    return total;
  }

  /** The bins that hold a count, ascending. */
  entries(): (readonly [bin: number, count: number])[] {
    this.#join();
    return this.#entries();
  }

  #entries(): (readonly [bin: number, count: number])[] {
    const found: (readonly [number, number])[] = [];
    this.#folders.forEach((folder, at) => {
      folder?.forEach((page, index) => {
        if (page === undefined) return;
        const first = ((this.#firstFolder + at) * folderSize + index) * pageSize;
        for (let i = 0; i < pageSize; i++) if (page[i] !== 0) found.push([first + i, page[i] as number]);
      });
    });
    return found;
  }

  #join(): void {
    if (this.#most === Number.POSITIVE_INFINITY) return;
    const entries = this.#entries();
    const excess = entries.length - this.#most;
    if (excess <= 0) return;
    this.#collapsed = true;
    this.#folders = [];
    this.#made = 0;
    this.#joinAt = Number.POSITIVE_INFINITY;
    const [lowest] = entries[excess] as readonly [number, number];
    for (const [bin, count] of entries) this.add(Math.max(bin, lowest), count);
    this.#joinAt = 2 * this.#made + 8;
  }

  #makePage(page: number): Float64Array {
    if (this.#made >= this.#joinAt) {
      this.#joinAt = 2 * this.#made;
      this.#join();
    }
    const made = this.#folderOf(page >> folderBits);
    const at = page & (folderSize - 1);
    this.#made++;
    made[at] ??= new Float64Array(pageSize);
    return made[at];
  }

  #folderOf(folder: number): (Float64Array | undefined)[] {
    if (this.#folders.length === 0) this.#firstFolder = folder;
    if (folder < this.#firstFolder) {
      const missing = new Array<Folder>(this.#firstFolder - folder).fill(undefined);
      this.#folders = [...missing, ...this.#folders];
      this.#firstFolder = folder;
    }
    while (this.#folders.length <= folder - this.#firstFolder) this.#folders.push(undefined);
    const found = this.#folders[folder - this.#firstFolder] ?? new Array<undefined>(folderSize).fill(undefined);
    this.#folders[folder - this.#firstFolder] = found;
    return found;
  }
}
