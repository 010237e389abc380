import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";
import type { SketchKey } from "../../../src/stats/sketches/sketch-key.ts";
import { SpaceSaving } from "../../../src/stats/sketches/space-saving.ts";
import { expectDamageRefused } from "./damaged-bytes.ts";

function sketchOf(keys: Iterable<SketchKey>, capacity: number): SpaceSaving {
  const sketch = new SpaceSaving({ capacity });
  sketch.addAll(keys);
  return sketch;
}

function exactCounts(rows: readonly (readonly [SketchKey, number])[]): Map<SketchKey, number> {
  const counts = new Map<SketchKey, number>();
  for (const [key, count] of rows) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}

/** Throws unless a sketch keeps every promise about these counts. */
function checkPromises(sketch: SpaceSaving, counts: ReadonlyMap<SketchKey, number>): void {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { threshold, capacity } = sketch;
  expect(sketch.total).toBe(total);
  expect(threshold).toBeLessThanOrEqual(total / (capacity + 1));
  expect(sketch.size).toBeLessThanOrEqual(2 * capacity);
  for (const [key, truth] of counts) {
    const { count, overcount } = sketch.countOf(key);
    expect(count).toBeGreaterThanOrEqual(truth);
    expect(count - overcount).toBeLessThanOrEqual(truth);
    expect(overcount).toBeLessThanOrEqual(threshold);
    // What came more often than a (capacity + 1)-th of all is kept.
    if (truth > total / (capacity + 1)) expect(count).toBeGreaterThan(threshold);
  }
  const exact = [...counts.values()].sort((a, b) => b - a);
  for (const most of [1, 3, capacity]) {
    for (const { key, guaranteed } of sketch.top(most)) {
      if (guaranteed) expect(counts.get(key)).toBeGreaterThanOrEqual(exact[most - 1] ?? 0);
    }
  }
  if (counts.size > capacity) return;
  expect(threshold).toBe(0);
  expect(sketch.top(capacity).map(({ count }) => count)).toEqual(exact.filter((count) => count > 0));
}

const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.constantFrom("a", "b", "c", "0", "1", "", "\ud800", "\ud801", "größe"),
  fc.constantFrom(0, -0, Number.NaN, Infinity, 0.1),
);
const weight = fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 5 }), fc.constantFrom(1e9));
const rowsOf = (size: number) =>
  fc.array(fc.tuple(anyKey, weight, fc.integer({ min: 0, max: 3 })), { maxLength: size });

test("counts are never too low, too high by at most their share, and exact while there is room", () => {
  fc.assert(
    fc.property(rowsOf(120), fc.integer({ min: 1, max: 14 }), (rows, capacity) => {
      const sketch = new SpaceSaving({ capacity });
      for (const [key, count] of rows) sketch.add(key, count);
      checkPromises(sketch, exactCounts(rows.map(([key, count]) => [key, count])));
      expect(SpaceSaving.fromBytes(sketch.toBytes()).toBytes()).toEqual(sketch.toBytes());
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("merged in any shape, with itself and with empty ones, a sketch keeps the same promises", () => {
  fc.assert(
    fc.property(rowsOf(120), fc.integer({ min: 1, max: 14 }), (rows, capacity) => {
      const parts = [0, 1, 2, 3].map(() => new SpaceSaving({ capacity }));
      for (const [key, count, part] of rows) parts[part]?.add(key, count);
      const counts = exactCounts(rows.map(([key, count]) => [key, count]));
      const chain = new SpaceSaving({ capacity });
      for (const part of parts) chain.merge(SpaceSaving.fromBytes(part.toBytes()));
      const [a, b, c, d] = parts as [SpaceSaving, SpaceSaving, SpaceSaving, SpaceSaving];
      const [ab, ba] = [SpaceSaving.fromBytes(a.toBytes()), SpaceSaving.fromBytes(b.toBytes())];
      ab.merge(b);
      ba.merge(a);
      expect(ab.toBytes()).toEqual(ba.toBytes());
      d.merge(c);
      ab.merge(d);
      checkPromises(chain, counts);
      checkPromises(ab, counts);
      // Without pruning the state depends on the counts alone.
      if (counts.size <= capacity) expect(ab.toBytes()).toEqual(chain.toBytes());
      const before = ab.toBytes();
      ab.merge(new SpaceSaving({ capacity }));
      expect(ab.toBytes()).toEqual(before);
      ab.merge(ab);
      checkPromises(ab, exactCounts([...counts, ...counts]));
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("the heavy keys of a long-tailed stream are found and guaranteed", () => {
  const random = seededRandom("zipf");
  const keys = Array.from({ length: 60_000 }, () => `key-${Math.floor(1 / (1 - random.next()) ** 2)}`);
  const counts = exactCounts(keys.map((key) => [key, 1]));
  const sketch = sketchOf(keys, 200);
  expect(counts.size).toBeGreaterThan(2000);
  checkPromises(sketch, counts);
  const best = [...counts].sort(([, a], [, b]) => b - a).slice(0, 10);
  const found = sketch.top(10);
  expect(found.map(({ key }) => key)).toEqual(best.map(([key]) => key));
  expect(found.every(({ guaranteed }) => guaranteed)).toBe(true);
  expect(sketch.threshold).toBeGreaterThan(0);
});

test("an adversary who never repeats a key, and one who comes late, get no more than the bound", () => {
  const sketch = sketchOf(
    Array.from({ length: 10_000 }, (_, i) => i),
    50,
  );
  expect(sketch.threshold).toBeLessThanOrEqual(10_000 / 51);
  expect(sketch.top(5).some(({ guaranteed }) => guaranteed)).toBe(false);
  sketch.add("late", 1e9);
  expect(sketch.top(1)).toMatchObject([{ key: "late", guaranteed: true }]);
  const { count, overcount } = sketch.countOf("late");
  expect(count - overcount).toBe(1e9);
});

test("ties are in the order of keys, and keys of all kinds survive storage", () => {
  const keys: SketchKey[] = ["b", "a", 10, 9, Number.NaN, "\ud800", "", -1, "9", 0];
  const sketch = sketchOf(keys, 20);
  sketch.add(-0);
  const order = [0, -1, 9, 10, Number.NaN, "", "9", "a", "b", "\ud800"];
  expect(sketch.top(20).map(({ key }) => key)).toEqual(order);
  expect(SpaceSaving.fromBytes(sketch.toBytes()).top(20)).toEqual(sketch.top(20));
  expect(sketchOf([...keys.toReversed(), 0], 20).toBytes()).toEqual(sketch.toBytes());
  expect(sketch.countOf("none")).toEqual({ count: 0, overcount: 0 });
});

test("bad arguments, another capacity and damaged bytes are refused", () => {
  const invalid = /argument\/invalid/;
  for (const capacity of [0, 1.5, 2 ** 21, Number.NaN])
    expect(() => new SpaceSaving({ capacity })).toThrowError(invalid);
  const sketch = sketchOf(["a", "a", 1], 3);
  for (const key of [null, undefined, {}, true, 1n]) expect(() => sketch.add(key as string)).toThrowError(invalid);
  for (const count of [-1, 0.5, Number.NaN, Infinity]) expect(() => sketch.add("a", count)).toThrowError(invalid);
  for (const most of [0, -1, 1.5, Number.NaN]) expect(() => sketch.top(most)).toThrowError(invalid);
  expect(() => sketch.merge(new SpaceSaving({ capacity: 4 }))).toThrowError(invalid);
  sketch.add("b", 2 ** 53 - 10);
  const before = sketch.toBytes();
  expect(() => sketch.merge(sketch)).toThrowError(invalid);
  expect(() => sketch.add("b", 100)).toThrowError(invalid);
  expect(sketch.toBytes()).toEqual(before);
  const random = seededRandom("damage");
  for (const keys of [[], ["a", 1, "\ud800", "a", 2.5], Array.from({ length: 300 }, (_, i) => `k${i % 30}`)]) {
    expectDamageRefused(sketchOf(keys, 5).toBytes(), random, (changed) => {
      const restored = SpaceSaving.fromBytes(changed);
      return () => {
        restored.add("new");
        restored.top(3);
        restored.toBytes();
      };
    });
  }
  const writer = new SummaryWriter("SPSV", 1);
  for (const value of [0, 0, 0, 0]) writer.count(value);
  expect(() => SpaceSaving.fromBytes(writer.finish())).toThrowError(/a capacity of 0/);
});
