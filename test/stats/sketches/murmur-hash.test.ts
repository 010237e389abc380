import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { hashDouble, type HashableValue, hashValue } from "../../../src/stats/sketches/hash-value.ts";
import { murmurHash, murmurHash8 } from "../../../src/stats/sketches/murmur-hash.ts";

const out = new Uint32Array(2);

function hashed(bytes: Uint8Array, seed: number): number[] {
  const padded = new Uint8Array((bytes.length & ~15) + 16);
  padded.set(bytes);
  murmurHash(new Uint32Array(padded.buffer), bytes.length, seed, out);
  return [...out];
}

function valueHash(value: HashableValue): bigint {
  hashValue(value, out);
  return (BigInt(out[0] ?? 0) << 32n) | BigInt(out[1] ?? 0);
}

const range = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const text = new TextEncoder();

// Expected: the first eight bytes of MurmurHash3_x86_128 by mmh3 5.2 for Python.
test.each([
  [range(0), 0, [0, 0]],
  [range(0), 1, [0x88c4adec, 0x54d201b9]],
  [text.encode("a"), 0, [0xa794933c, 0x5556b01b]],
  [text.encode("The quick brown fox jumps over the lazy dog"), 0, [0x2f1583c3, 0xecee2c67]],
  [range(256), 0x9747b28c, [0x432d8107, 0x38751f78]],
  [range(15), 5, [0x4953dc0c, 0x519e5a06]],
  [range(16), 5, [0x273a6bf3, 0x5ad3dd3d]],
  [range(17), 5, [0x8653e3fa, 0xedbbebcb]],
])("MurmurHash3_x86_128 of %o with seed %i", (bytes, seed, expected) => {
  expect(hashed(bytes, seed)).toEqual(expected);
});

test("numbers and strings hash as their bytes do", () => {
  hashDouble(1.5, out);
  expect([...out]).toEqual([0xa2e8390b, 0x24d02821]);
  hashValue("größe", out);
  expect([...out]).toEqual([0x61f3bb2c, 0x9b114952]);
  const random = seededRandom("eight");
  for (let i = 0; i < 1000; i++) {
    const words = Uint32Array.of(random.uint32(), random.uint32());
    murmurHash8(words[0] ?? 0, words[1] ?? 0, i, out);
    const short = [...out];
    expect(short).toEqual(hashed(new Uint8Array(words.buffer), i));
  }
});

test("long values after and before short ones, of every length", () => {
  const hashes = new Set<bigint>();
  for (const length of [5000, 3, 1024, 511, 512, 0, 5000]) hashes.add(valueHash("x".repeat(length)));
  for (const length of [5000, 3, 1024, 511, 512, 0, 5000]) hashes.add(valueHash(new Uint8Array(length)));
  expect(hashes.size).toBe(12);
});

test("types are told apart; 0 is −0, and every NaN is one", () => {
  const values = [
    1,
    "1",
    1n,
    true,
    Uint8Array.of(1),
    0,
    "",
    0n,
    false,
    Uint8Array.of(),
    Number.NaN,
    "NaN",
    "\ud800",
    "\ufffd",
  ];
  const wide = [2n ** 63n, -(2n ** 63n), 2n ** 64n + 1n, -1n, Infinity, -Infinity, 5e-324];
  expect(new Set([...values, ...wide].map(valueHash)).size).toBe(values.length + wide.length);
  expect(valueHash(-0)).toBe(valueHash(0));
  const otherNan = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0] ?? 0;
  expect(valueHash(otherNan)).toBe(valueHash(Number.NaN));
});

test("a changed input bit changes every output bit in half of all cases", () => {
  const random = seededRandom("avalanche");
  const draws = 1000;
  let worst = 0;
  for (let bit = 0; bit < 64; bit++) {
    const changes = new Float64Array(64);
    for (let i = 0; i < draws; i++) {
      // Small whole numbers as doubles are the structured case: most of their bits are 0.
      const words = new Uint32Array(Float64Array.of(i % 2 === 0 ? i : random.normal()).buffer);
      const [low, high] = [words[0] ?? 0, words[1] ?? 0];
      murmurHash8(low, high, 1, out);
      const [first, second] = [out[0] ?? 0, out[1] ?? 0];
      murmurHash8(bit < 32 ? low ^ (1 << bit) : low, bit < 32 ? high : high ^ (1 << (bit - 32)), 1, out);
      for (let at = 0; at < 64; at++) {
        const changed = at < 32 ? (first ^ (out[0] ?? 0)) >>> at : (second ^ (out[1] ?? 0)) >>> (at - 32);
        changes[at] = (changes[at] ?? 0) + (changed & 1);
      }
    }
    for (const count of changes) worst = Math.max(worst, Math.abs(count / draws - 0.5));
  }
  // Five standard deviations over 4,096 pairs of bits.
  expect(worst).toBeLessThan(5 * Math.sqrt(0.25 / draws));
});

test("consecutive numbers, decimals and texts spread evenly and never collide", () => {
  const kinds: readonly ((i: number) => HashableValue)[] = [
    (i) => i,
    (i) => i / 100,
    (i) => -i * 2 ** 40,
    (i) => `user-${i}`,
    (i) => BigInt(i),
  ];
  for (const make of kinds) {
    const n = 15_000;
    const seen = new Set<bigint>();
    const cells = [0, 32, 56].map(() => new Float64Array(256));
    for (let i = 0; i < n; i++) {
      const hash = valueHash(make(i));
      seen.add(hash);
      [0n, 32n, 56n].forEach((shift, which) => {
        const cell = Number((hash >> shift) & 255n);
        const counts = cells[which] ?? new Float64Array(256);
        counts[cell] = (counts[cell] ?? 0) + 1;
      });
    }
    expect(seen.size).toBe(n);
    for (const counts of cells) {
      const chi = counts.reduce((sum, count) => sum + (count - n / 256) ** 2 / (n / 256), 0);
      // χ² of 255 degrees of freedom: mean 255, standard deviation 22.6.
      expect(chi).toBeGreaterThan(255 - 5 * 22.6);
      expect(chi).toBeLessThan(255 + 5 * 22.6);
    }
  }
});
