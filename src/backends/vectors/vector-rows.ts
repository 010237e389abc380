import type { VectorBatch, VectorQuery } from "../../contracts/vector-store.ts";
import { lengthOf } from "../../table/nearest/nearness.ts";

const blockBits = 10;
const rowsInBlock = 1 << blockBits;

const noNumbers = new Float32Array(0);

/** The newest vector of each entity in memory, in blocks of single precision, so that growing copies nothing. A row keeps its number until it is removed. */
export class VectorRows {
  readonly dimension: number;
  readonly #rowOf = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #eventMs: number[] = [];
  readonly #knownMs: number[] = [];
  readonly #ordinals: number[] = [];
  /** −1 where the row has no vector. */
  readonly #lengths: number[] = [];
  readonly #blocks: Float32Array[] = [];
  readonly #free: number[] = [];
  #size = 0;

  constructor(dimension: number) {
    this.dimension = dimension;
  }

  /** How many rows have a vector. */
  get size(): number {
    return this.#size;
  }

  /** One more than the highest row. */
  get end(): number {
    return this.#keys.length;
  }

  /** Takes one row of a batch; its number here, or −1 where what is held is as new. */
  put(batch: VectorBatch, at: number): number {
    const key = batch.keys[at] ?? "";
    const eventMs = batch.eventTimeMs[at] ?? 0;
    const knownMs = batch.knownTimeMs[at] ?? 0;
    const ordinal = batch.ordinals?.[at] ?? 0;
    const held = this.#rowOf.get(key);
    if (held !== undefined && !this.#isLater(eventMs, knownMs, ordinal, held)) return -1;
    const row = held ?? this.#newRow(key);
    this.#eventMs[row] = eventMs;
    this.#knownMs[row] = knownMs;
    this.#ordinals[row] = ordinal;
    if (this.has(row)) this.#size--;
    const present = batch.present === undefined || batch.present[at] === 1;
    if (present) {
      const own = batch.vectors.subarray(at * this.dimension, (at + 1) * this.dimension);
      this.block(row).set(own, this.offset(row));
      this.#size++;
    }
    this.#lengths[row] = present ? lengthOf(this.block(row), this.offset(row), this.dimension) : -1;
    return row;
  }

  /** Forgets an entity; the row it had, or −1. */
  remove(key: string): number {
    const row = this.#rowOf.get(key);
    if (row === undefined) return -1;
    this.#rowOf.delete(key);
    if (this.has(row)) this.#size--;
    this.#lengths[row] = -1;
    this.#free.push(row);
    return row;
  }

  /** Whether a row has a vector. */
  has(row: number): boolean {
    return (this.#lengths[row] ?? -1) >= 0;
  }

  /** Whether a row has a vector that a query lets through. */
  admits(row: number, { fromMs, atMs }: VectorQuery): boolean {
    if (!this.has(row)) return false;
    const eventMs = this.eventMs(row);
    if (fromMs !== undefined && !(eventMs >= fromMs)) return false;
    return atMs === undefined || (eventMs <= atMs && (this.#knownMs[row] ?? 0) <= atMs);
  }

  /** The rows of keys, each once. */
  rowsOf(keys: readonly string[]): readonly number[] {
    return [...new Set(keys)].flatMap((key) => this.#rowOf.get(key) ?? []);
  }

  key(row: number): string {
    return this.#keys[row] ?? "";
  }

  eventMs(row: number): number {
    return this.#eventMs[row] ?? 0;
  }

  length(row: number): number {
    return this.#lengths[row] ?? 0;
  }

  /** The numbers among which those of a row begin at {@link offset}. */
  block(row: number): Float32Array {
    return this.#blocks[row >> blockBits] ?? noNumbers;
  }

  offset(row: number): number {
    return (row & (rowsInBlock - 1)) * this.dimension;
  }

  #isLater(eventMs: number, knownMs: number, ordinal: number, row: number): boolean {
    if (eventMs !== this.eventMs(row)) return eventMs > this.eventMs(row);
    const heldKnownMs = this.#knownMs[row] ?? 0;
    return knownMs === heldKnownMs ? ordinal > (this.#ordinals[row] ?? 0) : knownMs > heldKnownMs;
  }

  #newRow(key: string): number {
    const row = this.#free.pop() ?? this.#keys.length;
    this.#rowOf.set(key, row);
    this.#keys[row] = key;
    if (row >= this.#blocks.length * rowsInBlock) this.#blocks.push(new Float32Array(rowsInBlock * this.dimension));
    return row;
  }
}
