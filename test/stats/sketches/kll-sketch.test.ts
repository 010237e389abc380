import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { levelCapacities } from "../../../src/stats/sketches/kll-levels.ts";
import { type KllOptions, KllSketch } from "../../../src/stats/sketches/kll-sketch.ts";
import { blockSize, sortBlock } from "../../../src/stats/sketches/sort-block.ts";
import { computed, reasonOf } from "../computed.ts";
import { expectDamageRefused } from "./damaged-bytes.ts";

function sketchOf(values: ArrayLike<number>, options: KllOptions = {}): KllSketch {
  const sketch = new KllSketch(options);
  sketch.addAll(values);
  return sketch;
}

/** The largest difference of the sketch's ranks from the true ones, over all values, for 0, 1, … n − 1 in whatever order. */
function worstRankError(sketch: KllSketch): number {
  const n = sketch.count;
  const { values, upTo } = sketch.weighted();
  let worst = 0;
  values.forEach((value, i) => {
    const before = i === 0 ? 0 : (upTo[i - 1] ?? 0);
    worst = Math.max(worst, Math.abs((upTo[i] ?? 0) - (value + 1)), Math.abs(before - value));
  });
  return worst / n;
}

const identity = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);
const orders: Readonly<Record<string, (n: number, random: Random) => Float64Array>> = {
  sorted: identity,
  reversed: (n) => identity(n).reverse(),
  shuffled: (n, random) => random.shuffle(identity(n)),
  zigzag: (n) => identity(n).map((i) => (i % 2 === 0 ? i / 2 : n - (i + 1) / 2)),
  blocks: (n, random) => {
    const starts = random.shuffle(Array.from({ length: Math.ceil(n / 500) }, (_, i) => 500 * i));
    return Float64Array.from(
      starts.flatMap((start) => Array.from({ length: Math.min(500, n - start) }, (_, i) => start + i)),
    );
  },
};

/** One sketch of many unequal ones, merged as a chain, as a tree, or from the smallest to the largest. */
function mergedOf(values: Float64Array, shape: number, random: Random, options: KllOptions): KllSketch {
  const parts: KllSketch[] = [];
  for (let at = 0; at < values.length; ) {
    const size = random.int(4) === 0 ? 1 + random.int(6000) : 1 + random.int(300);
    parts.push(sketchOf(values.subarray(at, at + size), options));
    at += size;
  }
  if (shape === 1) parts.sort((a, b) => a.count - b.count);
  while (parts.length > 1) {
    const [left, right] = shape === 2 ? [parts.shift(), parts.shift()] : [parts[0], parts.splice(1, 1)[0]];
    if (left === undefined || right === undefined) throw new Error("two parts");
    left.merge(random.int(8) === 0 ? KllSketch.fromBytes(right.toBytes()) : right);
    if (shape === 2) parts.push(left);
  }
  return parts[0] ?? new KllSketch(options);
}

test("all ranks stay within the stated bound in every order and tree of merges, over 250 seeds", () => {
  const beyond = new Map<string, number>();
  const shapes = ["chain", "ascending", "tree"];
  const seeds = 250;
  let signed = 0;
  let runs = 0;
  let largest = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seededRandom(`kll ${seed}`);
    const k = [8, 20, 50, 200][seed % 4] ?? 8;
    const n = 5000 + random.int(8000);
    const check = (name: string, sketch: KllSketch): void => {
      if (sketch.count !== n || sketch.exact) throw new Error(`${name} is not a sketch of ${n}`);
      const worst = worstRankError(sketch);
      largest = Math.max(largest, worst / sketch.rankErrorBound({ all: true }));
      if (worst > sketch.rankErrorBound({ all: true })) beyond.set(name, (beyond.get(name) ?? 0) + 1);
      signed += (computed(sketch.rank(n * 0.4)) - Math.floor(n * 0.4 + 1) / n) / sketch.rankErrorBound();
      runs++;
    };
    for (const [name, order] of Object.entries(orders)) check(name, sketchOf(order(n, random), { k, random }));
    const shape = seed % 3;
    check(
      shapes[shape] ?? "",
      mergedOf(random.shuffle(identity(n)), shape, random, seed % 2 === 0 ? { k } : { k, random }),
    );
  }
  // The bound fails with a chance of at most 1%: more than eight of 250 would be a miracle.
  expect(Math.max(0, ...beyond.values())).toBeLessThanOrEqual(8);
  // It is a sketch, not the data; and it errs to both sides alike.
  expect(largest).toBeGreaterThan(0.2);
  expect(Math.abs(signed / runs)).toBeLessThan(0.05);
});

test("the levels hold what the proof of the bound needs", () => {
  for (const k of [8, 9, 20, 100, 200, 1000, 10_000, 65_535]) {
    const width = Math.ceil(3.5 * k);
    // Σ weight² of all compactions ≤ 4n²/width², of all thinned blocks ≤ 0.37n²/width².
    const variance = 4.37 / width ** 2;
    const one = Math.sqrt(2 * variance * Math.log(2 / 0.01));
    expect(one).toBeLessThan(2.296 / k ** 0.9723);
    const all = 2.446 / k ** 0.9433;
    let reached = Infinity;
    for (let grid = all; grid > 1e-9; grid /= 1.2) {
      reached = Math.min(reached, grid + Math.sqrt(2 * variance * Math.log(2 / (0.01 * grid))));
    }
    expect(reached).toBeLessThan(all);
    for (const count of [width - 1, width, 3 * width, 1e6 * width]) {
      const capacities = levelCapacities(width, count);
      expect(capacities.length).toBe(count < width ? 0 : Math.floor(Math.log2(count / width)) + 1);
      // Each compaction of level h takes at least width·(2/3)^(H−h) values of weight 2^h, so there are at most n/(2^h·that) of them.
      const sum = capacities.reduce(
        (total, capacity, level) => total + (4 ** level * count) / (2 ** level * capacity),
        0,
      );
      expect(sum).toBeLessThanOrEqual((4 * count ** 2) / width ** 2);
      expect(capacities.reduce((total, capacity) => total + capacity, 0)).toBeLessThanOrEqual(
        3 * width + 3 * capacities.length,
      );
    }
  }
});

test("up to 4,095 values and up to k everything is exact", () => {
  const doubles = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -9, max: 9 })), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(doubles, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (values, q, cut) => {
      const sketch = sketchOf(values.slice(0, cut % values.length), { k: 8 });
      sketch.merge(sketchOf(values.slice(cut % values.length), { k: 8 }));
      const sorted = values.map((value) => value + 0).sort((a, b) => a - b);
      expect(sketch.quantile(q)).toBe(sorted[Math.floor(q * (sorted.length - 1))]);
      const x = values[cut % values.length] ?? 0;
      expect(sketch.rank(x)).toBe(sorted.filter((value) => value <= x).length / sorted.length);
      expect([sketch.min, sketch.max, sketch.count]).toEqual([sorted[0], sorted.at(-1), sorted.length]);
      expect(sketch.rankErrorBound({ all: true })).toBe(0);
    }),
    { seed: 4, numRuns: 200 },
  );
  for (const [k, n] of [
    [8, 4095],
    [5000, 5000],
    [20_000, 20_000],
  ] as const) {
    const sketch = sketchOf(seededRandom("exact").shuffle(identity(n)), { k });
    expect(sketch.exact).toBe(true);
    expect(sketch.quantile(0.3)).toBe(Math.floor(0.3 * (n - 1)));
    expect(worstRankError(sketch)).toBe(0);
  }
});

test("the size is bounded whatever the count, and the extremes stay exact", () => {
  const random = seededRandom("size");
  for (const k of [8, 200]) {
    const sketch = new KllSketch({ k });
    for (let round = 0; round < 40; round++) {
      sketch.addAll(Float64Array.from({ length: 5000 }, () => random.normal()));
      if (round % 4 === 0) sketch.add(random.normal(), 1 + random.int(2 ** 40));
      expect(sketch.size).toBeLessThanOrEqual(14 * k + 4096);
    }
    sketch.addAll([-100, 100]);
    expect([sketch.min, sketch.max, sketch.quantile(0), sketch.quantile(1)]).toEqual([-100, 100, -100, 100]);
  }
});

test("equal steps give equal bytes, and a restored sketch goes on as if it had not been stored", () => {
  const random = seededRandom("restart");
  const values = Float64Array.from({ length: 30_000 }, () => random.normal());
  const whole = sketchOf(values);
  expect(sketchOf(values).toBytes()).toEqual(whole.toBytes());
  expect(sketchOf(values, { random: seededRandom("other") }).toBytes()).not.toEqual(whole.toBytes());
  for (const cut of [0, 100, 4096, 17_000]) {
    const first = KllSketch.fromBytes(sketchOf(values.subarray(0, cut)).toBytes());
    for (const value of values.subarray(cut, cut + 200)) first.add(value);
    first.addAll(values.subarray(cut + 200));
    expect(first.toBytes()).toEqual(whole.toBytes());
  }
});

test("merging with itself doubles every weight; with an empty one nothing changes", () => {
  for (const n of [0, 10, 3000, 50_000]) {
    const sketch = sketchOf(identity(n));
    const before = n === 0 ? 0 : computed(sketch.rank(n / 3));
    sketch.merge(new KllSketch());
    expect(n === 0 ? 0 : sketch.rank(n / 3)).toBe(before);
    sketch.merge(sketch);
    expect(sketch.count).toBe(2 * n);
    if (n > 0)
      expect(Math.abs(computed(sketch.rank(n / 3)) - 1 / 3)).toBeLessThanOrEqual(sketch.rankErrorBound() + 1 / n);
    const empty = new KllSketch();
    empty.merge(sketch);
    expect(empty.count).toBe(2 * n);
    expect([empty.min, empty.max]).toEqual([sketch.min, sketch.max]);
  }
});

test("weights count as repetitions do, up to 10^9 and more", () => {
  const random = seededRandom("weights");
  const sketch = new KllSketch();
  let total = 0;
  for (let value = 0; value < 1000; value++) {
    const weight = value % 7 === 0 ? 1e9 + value : 1 + random.int(1e6);
    sketch.add(value, weight);
    total += weight;
  }
  expect(sketch.count).toBe(total);
  expect(Math.abs(computed(sketch.rank(499)) - 0.5)).toBeLessThan(0.015);
  const light = new KllSketch();
  for (const [value, weight] of [
    [3, 2],
    [1, 3],
    [2, 1],
    [9, 0],
  ] as const)
    light.add(value, weight);
  expect([0, 0.2, 0.4, 0.6, 0.8, 1].map((q) => light.quantile(q))).toEqual([1, 1, 1, 2, 3, 3]);
  sketch.add(1, 2 ** 53 - 1 - sketch.count);
  expect(() => sketch.add(1)).toThrowError(/argument\/invalid/);
  expect(() => sketch.addAll([1])).toThrowError(/argument\/invalid/);
  expect(() => sketch.merge(sketch)).toThrowError(/argument\/invalid/);
});

test("NaN is counted apart, infinities are values, −0 is 0", () => {
  const sketch = sketchOf([Number.NaN, Infinity, -0, -Infinity, Number.NaN, 5e-324]);
  sketch.add(Number.NaN, 3);
  expect([sketch.nans, sketch.count, sketch.min, sketch.max]).toEqual([5, 4, -Infinity, Infinity]);
  expect(sketch.quantile(0.4)).toBe(0);
  expect(sketch.cdf([-Infinity, -1, 0, 1, Infinity])).toEqual(Float64Array.of(0.25, 0.25, 0.5, 0.75, 1));
  const empty = sketchOf([Number.NaN]);
  for (const result of [empty.min, empty.max, empty.quantile(0.5), empty.rank(0), empty.cdf([0])]) {
    expect(reasonOf(result)).toBe("empty");
  }
});

test("blocks of every kind are sorted", () => {
  const random = seededRandom("blocks");
  const draws: readonly (() => number)[] = [
    () => random.normal(),
    () => random.int(80) - 40,
    () => 1e9 + random.next(),
    () => 7,
    () => random.normal() * 2 ** (random.int(2000) - 1000),
    () => [Infinity, -Infinity, 0, 1e308, 5e-324, -5e-324][random.int(6)] ?? 0,
  ];
  for (const draw of draws) {
    const block = Float64Array.from({ length: blockSize }, draw).map((value) => value + 0);
    const expected = block.slice().sort();
    sortBlock(block);
    expect(block).toEqual(expected);
  }
});

test("k follows from the rank error, and back", () => {
  expect(new KllSketch({ rankError: 0.0133 }).k).toBe(200);
  expect(sketchOf(identity(9000), { k: 200 }).rankErrorBound()).toBeCloseTo(0.0133, 4);
  expect(sketchOf(identity(9000), { k: 200 }).rankErrorBound({ all: true })).toBeCloseTo(0.0165, 4);
  for (const k of [8, 9, 77, 200, 1024, 65_535]) {
    const rankError = 2.296 / k ** 0.9723;
    if (rankError >= 5e-5 && rankError <= 0.3) expect(new KllSketch({ rankError }).k).toBe(k);
  }
});

test("bad arguments, another k and damaged bytes are refused", () => {
  const invalid = /argument\/invalid/;
  const options: readonly KllOptions[] = [{ k: 7 }, { k: 65_536 }, { k: 10.5 }, { k: Number.NaN }, { rankError: 0 }];
  for (const each of [...options, { rankError: Number.NaN }, { k: 200, rankError: 0.01 }]) {
    expect(() => new KllSketch(each)).toThrowError(invalid);
  }
  const sketch = sketchOf([1, 2, 3]);
  for (const count of [-1, 0.5, Number.NaN]) expect(() => sketch.add(1, count)).toThrowError(invalid);
  for (const q of [-0.1, 1.1, Number.NaN]) expect(() => sketch.quantile(q)).toThrowError(invalid);
  expect(() => sketch.rank(Number.NaN)).toThrowError(invalid);
  expect(() => sketch.merge(new KllSketch({ k: 100 }))).toThrowError(invalid);
  for (const value of [null, undefined, "5", {}] as readonly unknown[]) {
    expect(() => sketch.add(value as number)).toThrowError(invalid);
    expect(() => sketch.addAll([1, value as number])).toThrowError(invalid);
  }
  expect(() => sketch.addAll(new BigInt64Array(2) as ArrayLike<unknown> as ArrayLike<number>)).toThrowError(invalid);
  expect(sketch.count).toBe(3);
  const random = seededRandom("damage");
  for (const n of [0, 5, 6000]) {
    expectDamageRefused(sketchOf(identity(n), { k: 8 }).toBytes(), random, (changed) => {
      const restored = KllSketch.fromBytes(changed);
      return () => {
        restored.add(1);
        for (const q of [0, 0.3, 1]) expect(restored.quantile(q)).not.toBeNaN();
        restored.toBytes();
      };
    });
  }
});
