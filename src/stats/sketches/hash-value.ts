import { SluiceError } from "../../core/errors.ts";
import { murmurHash, murmurHash8 } from "./murmur-hash.ts";

/** A value that a {@link HyperLogLog} can tell apart from others. Values of different types differ: 1, "1", 1n and true are four. */
export type HashableValue = string | number | bigint | boolean | Uint8Array;

const seeds = { number: 1, string: 2, boolean: 3, bytes: 4, bigint: 5, hugeBigint: 6 } as const;
const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);
const bigints = new BigInt64Array(double.buffer);
const usualWords = new Uint32Array(256);

/**
 * The 64-bit hash of a value, as two 32-bit words into `out`: MurmurHash3_x86_128 over a double's or a bigint's eight bytes, a string's UTF-16
 * code units or the bytes themselves, seeded by the type. 0 and −0 are one value, and so are all NaNs. Never 0.
 */
export function hashValue(value: HashableValue, out: Uint32Array): void {
  if (typeof value === "string") hashString(value, seeds.string, out);
  else if (typeof value === "number") hashDouble(value, out);
  else if (typeof value === "boolean") murmurHash8(value ? 1 : 0, 0, seeds.boolean, out);
  else if (typeof value === "bigint") hashBigint(value, out);
  else if (value instanceof Uint8Array) hashBytes(value, out);
  else refuse(value);
  neverZero(out);
}

/** {@link hashValue} of a number. */
export function hashDouble(value: number, out: Uint32Array): void {
  double[0] = value + 0;
  if (Number.isNaN(value)) murmurHash8(0, 0x7ff80000, seeds.number, out);
  else murmurHash8(doubleWords[0] as number, doubleWords[1] as number, seeds.number, out);
  neverZero(out);
}

function hashString(value: string, seed: number, out: Uint32Array): void {
  const { length } = value;
  const words = zeroedFor(2 * length);
  const pairs = length >>> 1;
  for (let i = 0; i < pairs; i++) words[i] = value.charCodeAt(2 * i) | (value.charCodeAt(2 * i + 1) << 16);
  if ((length & 1) === 1) words[pairs] = value.charCodeAt(length - 1);
  murmurHash(words, 2 * length, seed, out);
}

function hashBytes(value: Uint8Array, out: Uint32Array): void {
  const words = zeroedFor(value.length);
  new Uint8Array(words.buffer).set(value);
  murmurHash(words, value.length, seeds.bytes, out);
}

function hashBigint(value: bigint, out: Uint32Array): void {
  if (BigInt.asIntN(64, value) !== value) {
    hashString(value.toString(16), seeds.hugeBigint, out);
    return;
  }
  bigints[0] = value;
  murmurHash8(doubleWords[0] as number, doubleWords[1] as number, seeds.bigint, out);
}

/** Words for some bytes, the last block of four zeroed; what is longer than usual gets words of its own. */
function zeroedFor(length: number): Uint32Array {
  const last = (length >>> 4) * 4;
  const words = last + 4 <= usualWords.length ? usualWords : new Uint32Array(last + 4);
  words[last] = 0;
  words[last + 1] = 0;
  words[last + 2] = 0;
  words[last + 3] = 0;
  return words;
}

/** The hash 0 stands for "no hash" in tables, so the one value in 2^64 that has it gets 1. */
function neverZero(out: Uint32Array): void {
  if (out[0] === 0 && out[1] === 0) out[1] = 1;
}

function refuse(value: unknown): never {
  throw new SluiceError("argument/invalid", {
    found: value === null ? "null" : `a value of type ${typeof value}`,
    expected: "a string, number, bigint, boolean or Uint8Array",
    fix: "Leave missing values out, and turn others into one of these first.",
  });
}
