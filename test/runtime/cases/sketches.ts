import assert from "node:assert/strict";
import { digestOf } from "../../../src/core/digest.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { DDSketch } from "../../../src/stats/sketches/dd-sketch.ts";
import { HyperLogLog } from "../../../src/stats/sketches/hyper-log-log.ts";
import { KllSketch } from "../../../src/stats/sketches/kll-sketch.ts";
import { SpaceSaving } from "../../../src/stats/sketches/space-saving.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** Doubles of all magnitudes, ties and special ones. */
function drawn(seed: string, length: number): Float64Array {
  const random: Random = seededRandom(seed);
  const special = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, -2e-310, Number.MAX_VALUE];
  return Float64Array.from({ length }, () => {
    const kind = random.int(40);
    if (kind === 0) return special[random.int(special.length)] as number;
    return kind < 10 ? random.int(500) : random.normal() * 2 ** (random.int(100) - 50);
  });
}

/** What the sketches share that matters here. */
interface Sketch {
  addAll(values: Float64Array): void;
  toBytes(): Uint8Array;
}

/** The digest of two sketches' bytes and of their merger's, which must read its own bytes again. */
function digestOfMerged<Kind extends Sketch & { merge(other: Kind): void }>(
  make: () => Kind,
  restore: (bytes: Uint8Array) => Kind,
): string {
  const [left, right] = [make(), make()];
  left.addAll(drawn("left", 60_000));
  right.addAll(drawn("right", 25_000));
  const parts = digestOf(left.toBytes()) + digestOf(right.toBytes());
  left.merge(restore(right.toBytes()));
  assert.deepEqual(restore(left.toBytes()).toBytes(), left.toBytes());
  return digestOf(parts + digestOf(left.toBytes()));
}

/** Sketches: the same bytes and answers on every runtime. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "sketches: HyperLogLog has the same bytes and estimates",
    run: () => {
      const numbers = digestOfMerged(() => new HyperLogLog(), HyperLogLog.fromBytes);
      const mixed = new HyperLogLog({ precision: 10 });
      for (let i = 0; i < 5000; i++) mixed.addAll([`größe ${i}`, BigInt(i) ** 5n, new Uint8Array(i % 50).fill(i)]);
      const { value, exact } = mixed.estimate();
      assert.equal(exact, false);
      return `${numbers} ${digestOf(mixed.toBytes())} ${value}`;
    },
  },
  {
    name: "sketches: DDSketch has the same bytes and quantiles",
    run: () => {
      const [free, bounded] = [{}, { maxBins: 64 }].map((options) =>
        digestOfMerged(() => new DDSketch(options), DDSketch.fromBytes),
      );
      const sketch = new DDSketch();
      sketch.addAll(drawn("quantiles", 10_000));
      const found = Float64Array.from({ length: 101 }, (_, i) => sketch.quantile(i / 100) as number);
      return `${free} ${bounded} ${digestOf(new Uint8Array(found.buffer))}`;
    },
  },
  {
    name: "sketches: KLL has the same bytes and ranks",
    run: () => {
      const bytes = digestOfMerged(() => new KllSketch({ k: 50 }), KllSketch.fromBytes);
      const sketch = new KllSketch({ rankError: 0.01 });
      sketch.addAll(drawn("ranks", 100_000));
      const ranks = sketch.cdf(Float64Array.from({ length: 500 }, (_, i) => i)) as Float64Array;
      return `${bytes} ${sketch.k} ${digestOf(new Uint8Array(ranks.buffer))}`;
    },
  },
  {
    name: "sketches: Space-Saving has the same bytes and order",
    run: () => {
      const bytes = digestOfMerged(() => new SpaceSaving({ capacity: 100 }), SpaceSaving.fromBytes);
      const sketch = new SpaceSaving({ capacity: 50 });
      const random = seededRandom("keys");
      for (let i = 0; i < 20_000; i++) sketch.add(`schlüssel ${Math.floor(1 / (1 - random.next()))}`);
      return `${bytes} ${sketch
        .top(20)
        .map(({ key, count }) => `${key}:${count}`)
        .join()}`;
    },
  },
];
