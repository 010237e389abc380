import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { normalIsf } from "../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { HashSet } from "./hash-set.ts";
import { type HashableValue, hashDouble, hashValue } from "./hash-value.ts";
import { registerEstimate } from "./register-estimate.ts";
import { requireSameParameter, requireWholeBetween } from "./sketch-arguments.ts";

/** How a {@link HyperLogLog} is made. */
export interface HyperLogLogOptions {
  /** Bits that choose a register, from 4 to 18: 2^precision bytes, and a standard error of 1.04/√(2^precision). @default 14 */
  readonly precision?: number;
}

/** How many distinct values there were, with an interval. */
export interface DistinctEstimate extends IntervalEstimate {
  /** The standard deviation of `value`: 0 while the count is exact, 1.04/√(2^precision) of the value afterwards. */
  readonly standardError: number;
  /** Whether the hashes themselves are still kept, so that only a collision of 64-bit hashes could falsify the count. */
  readonly exact: boolean;
}

const hash = new Uint32Array(2);

/**
 * Counts distinct values in bounded memory; sketches of parts merge into the sketch of the whole, to the bit.
 *
 * Up to 2^precision/8 distinct values (2,048 by default) are counted exactly; beyond, 2^precision registers of one byte are kept, and the
 * relative standard error is 1.04/√(2^precision): 0.8% by default. The state is a function of the set of values alone: order, repetitions
 * and merges leave no trace, so equal sets have equal bytes. Values of different types differ (1, "1", 1n and true are four values); 0 and
 * −0 are one value, and NaN is one value. The hash is 64 bits of MurmurHash3, so collisions do not matter below 10^9 distinct values; it has
 * no secret, so do not count what an adversary chooses.
 *
 * Sources: Flajolet, Fusy, Gandouet & Meunier 2007; estimator: Ertl 2017.
 *
 * @example
 * ```ts
 * import { HyperLogLog } from "sluice/stats";
 * const monday = new HyperLogLog();
 * const tuesday = new HyperLogLog();
 * for (let user = 0; user < 60_000; user++) (user % 3 === 0 ? monday : tuesday).add(`user ${user}`);
 * tuesday.add("user 0");
 * monday.merge(HyperLogLog.fromBytes(tuesday.toBytes()));
 * const { value, lower, upper } = monday.estimate({ confidence: 0.999 });
 * if (Math.abs(value / 60_000 - 1) > 0.03 || !(lower < 60_000 && 60_000 < upper)) throw new Error("within 3%");
 * ```
 */
export class HyperLogLog {
  /** Bits that choose a register. */
  readonly precision: number;
  readonly #exactUpTo: number;
  #hashes: HashSet | undefined = new HashSet();
  #registers: Uint8Array = new Uint8Array(0);

  /** Throws `argument/invalid` unless `precision` is a whole number from 4 to 18. */
  constructor({ precision = 14 }: HyperLogLogOptions = {}) {
    this.precision = requireWholeBetween("precision", precision, 4, 18);
    this.#exactUpTo = 2 ** (precision - 3);
  }

  /** Restores a sketch from {@link HyperLogLog.toBytes}. Throws `argument/invalid` for damaged or other bytes. */
  static fromBytes(bytes: Uint8Array): HyperLogLog {
    const reader = new SummaryReader(bytes, "HYLL", 1);
    const precision = reader.u8();
    reader.require(precision >= 4 && precision <= 18, `precision ${precision}`);
    const sketch = new HyperLogLog({ precision });
    const exact = reader.u8();
    reader.require(exact <= 1, `the flag ${exact}`);
    if (exact === 1) sketch.#readHashes(reader);
    else sketch.#readRegisters(reader);
    reader.end();
    return sketch;
  }

  /** Adds a value. Throws `argument/invalid` for `null`, `undefined` and objects. */
  add(value: HashableValue): void {
    hashValue(value, hash);
    this.#addHash(hash[0] as number, hash[1] as number);
  }

  /** Adds every value of an array, a typed array or anything else that can be iterated. */
  addAll(values: Iterable<HashableValue>): void {
    if (values instanceof Float64Array) this.#addDoubles(values);
    else for (const value of values) this.add(value);
  }

  /** Adds what another sketch has seen. Throws `argument/invalid` for another precision. */
  merge(other: HyperLogLog): void {
    requireSameParameter("precision", this.precision, other.precision);
    if (other === this) return;
    if (other.#hashes !== undefined) {
      other.#hashes.visit((first, second) => this.#addHash(first, second));
      return;
    }
    this.#toRegisters();
    for (let i = 0; i < this.#registers.length; i++) {
      const theirs = other.#registers[i] as number;
      if (theirs > (this.#registers[i] as number)) this.#registers[i] = theirs;
    }
  }

  /** The number of distinct values so far with its interval, symmetric on a logarithmic scale; exactly 0 when nothing was added. */
  estimate({ confidence = 0.95 }: ConfidenceOptions = {}): DistinctEstimate {
    requireOpenFraction("confidence", confidence);
    if (this.#hashes !== undefined) {
      const value = this.#hashes.size;
      return { value, lower: value, upper: value, confidence, standardError: 0, exact: true };
    }
    const least = this.#exactUpTo + 1;
    const value = Math.max(registerEstimate(this.#registers, 65 - this.precision), least);
    const relative = 1.04 / Math.sqrt(this.#registers.length);
    const factor = Math.exp(normalIsf((1 - confidence) / 2) * relative);
    return {
      value,
      lower: Math.max(value / factor, least),
      upper: value * factor,
      confidence,
      standardError: relative * value,
      exact: false,
    };
  }

  /** The state: the same bytes for the same set of values. At most 2^precision + 13 bytes. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("HYLL", 1);
    writer.u8(this.precision);
    writer.u8(this.#hashes === undefined ? 0 : 1);
    if (this.#hashes === undefined) {
      writer.bytes(this.#registers);
      return writer.finish();
    }
    const sorted = this.#hashes.sorted();
    writer.count(sorted.length);
    for (const each of sorted) {
      writer.u32(Number(each >> 32n));
      writer.u32(Number(each & 0xffffffffn));
    }
    return writer.finish();
  }

  #addDoubles(values: Float64Array): void {
    let i = 0;
    for (; i < values.length && this.#hashes !== undefined; i++) this.add(values[i] as number);
    const registers = this.#registers;
    for (; i < values.length; i++) {
      hashDouble(values[i] as number, hash);
      raise(registers, this.precision, hash[0] as number, hash[1] as number);
    }
  }

  #addHash(first: number, second: number): void {
    if (this.#hashes === undefined) raise(this.#registers, this.precision, first, second);
    else if (this.#hashes.add(first, second) && this.#hashes.size > this.#exactUpTo) this.#toRegisters();
  }

  #toRegisters(): void {
    if (this.#hashes === undefined) return;
    const hashes = this.#hashes;
    this.#hashes = undefined;
    this.#registers = new Uint8Array(2 ** this.precision);
    hashes.visit((first, second) => raise(this.#registers, this.precision, first, second));
  }

  #readHashes(reader: SummaryReader): void {
    const size = reader.count();
    reader.require(size <= this.#exactUpTo, `${size} hashes of precision ${this.precision}`);
    let before = 0n;
    for (let i = 0; i < size; i++) {
      const first = reader.u32();
      const second = reader.u32();
      const each = (BigInt(first) << 32n) | BigInt(second);
      reader.require(each > before, "hashes out of order");
      before = each;
      this.#addHash(first, second);
    }
  }

  #readRegisters(reader: SummaryReader): void {
    const registers = reader.bytes();
    const largest = 65 - this.precision;
    reader.require(registers.length === 2 ** this.precision, `${registers.length} registers`);
    let used = 0;
    for (const register of registers) {
      reader.require(register <= largest, `a register of ${register}`);
      if (register > 0) used++;
    }
    reader.require(used > 0, "registers that are all empty");
    this.#hashes = undefined;
    this.#registers = registers;
  }
}

/** The first bits of a hash choose the register, which keeps the largest place of the first 1 among the other bits. */
function raise(registers: Uint8Array, precision: number, first: number, second: number): void {
  const at = first >>> (32 - precision);
  const rest = first << precision;
  const rank = (rest !== 0 ? Math.clz32(rest) : 32 - precision + Math.clz32(second)) + 1;
  if (rank > (registers[at] as number)) registers[at] = rank;
}
