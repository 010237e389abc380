import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { armOf, bucketOf } from "../../src/serving/assign.ts";
import { growthBookBucket } from "../../src/serving/growth-book-bucket.ts";
import { murmur3 } from "../../src/serving/murmur3.ts";

test("murmur3 gives the published hashes", () => {
  expect(murmur3("")).toBe(0);
  expect(murmur3("test")).toBe(0xba6bd213);
  expect(murmur3("Hello, world!")).toBe(0xc0363e43);
  expect(murmur3("aaaa", 0x9747b28c)).toBe(0x5a97808a);
  expect(murmur3("The quick brown fox jumps over the lazy dog", 0x9747b28c)).toBe(0x2fa826cd);
});

test("a bucket is the hash of salt, NUL and unit in UTF-8", () => {
  const golden: readonly (readonly [string, string, number])[] = [
    ["delay@2", "user-7", 2990821157],
    ["churn@v8", "Zoë", 3012390818],
    ["s", "日本語", 3017815502],
    ["s", "🚀x", 1724749506],
    ["", "", 1364076727],
    ["a", "abcd", 1702487934],
  ];
  for (const [salt, unit, hash] of golden) expect(bucketOf(salt, unit)).toBe(hash / 2 ** 32);
});

test("GrowthBook's published cases of hash version 2 hold", () => {
  const text = readFileSync(new URL("../golden/assignment-vectors.json", import.meta.url), "utf8");
  const { cases }: { cases: readonly (readonly [string, string, number, number | null])[] } = JSON.parse(text);
  const second = cases.filter(([, , version]) => version === 2);
  expect(second.length).toBeGreaterThanOrEqual(6);
  for (const [seed, unit, , expected] of second) expect(growthBookBucket(seed, unit)).toBe(expected);
});

test("raising the share moves nobody back to the champion", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (unit, a, b) => {
        const bucket = bucketOf("salt", unit);
        expect(bucket >= 0 && bucket < 1).toBe(true);
        if (armOf(bucket, Math.min(a, b)) === "challenger") expect(armOf(bucket, Math.max(a, b))).toBe("challenger");
      },
    ),
  );
});

test("buckets are even, and those of two salts are independent", () => {
  const random = seededRandom(11);
  const counts = new Array<number>(100).fill(0);
  const table = [0, 0, 0, 0];
  const n = 100_000;
  for (let i = 0; i < n; i++) {
    const unit = `u${random.uint32()}`;
    const a = bucketOf("a", unit);
    const b = bucketOf("b", unit);
    const bin = Math.floor(a * 100);
    counts[bin] = (counts[bin] ?? 0) + 1;
    const cell = (a < 0.5 ? 0 : 2) + (b < 0.5 ? 0 : 1);
    table[cell] = (table[cell] ?? 0) + 1;
  }
  const chi = (observed: readonly number[]): number =>
    observed.reduce((sum, count) => sum + (count - n / observed.length) ** 2 / (n / observed.length), 0);
  expect(chi(counts)).toBeLessThan(150); // 99.9% point of chi² with 99 degrees of freedom: 148.2
  expect(chi(table)).toBeLessThan(16.3); // 99.9% point with 3
});
