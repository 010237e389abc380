import type { Random } from "../../../src/core/random.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { DDSketch } from "../../../src/stats/sketches/dd-sketch.ts";
import { HyperLogLog } from "../../../src/stats/sketches/hyper-log-log.ts";
import { kllKsDistance } from "../../../src/stats/sketches/kll-ks-distance.ts";
import { KllSketch } from "../../../src/stats/sketches/kll-sketch.ts";
import { murmurHash } from "../../../src/stats/sketches/murmur-hash.ts";
import { SpaceSaving } from "../../../src/stats/sketches/space-saving.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";

/** Values of many shapes: ties, constants, one value, long tails, every magnitude, both signs. */
function sample(random: Random, longest: number): Float64Array {
  const length = random.int(10) === 0 ? 1 : 1 + random.int(longest);
  const shape = random.int(6);
  const constant = random.normal();
  return Float64Array.from({ length }, () => {
    if (shape === 0) return constant;
    if (shape === 1) return random.int(7) - 3;
    if (shape === 2) return random.normal() ** 5;
    if (shape === 3) return random.normal() * 2 ** (random.int(1900) - 950);
    if (shape === 4) return 1e9 + random.next();
    return 1 / (1 - random.next());
  });
}

const quantiles = [0, 0.01, 0.1, 0.25, 0.5, 0.9, 0.99, 1];

/** A sketch of the whole, made of a few parts that were stored. */
function merged<Sketch extends { merge(other: Sketch): void; toBytes(): Uint8Array }>(
  make: (values: Float64Array) => Sketch,
  restore: (bytes: Uint8Array) => Sketch,
  values: Float64Array,
): Sketch {
  const whole = make(values.subarray(0, 0));
  const size = Math.ceil(values.length / 3);
  for (let at = 0; at < values.length; at += size) whole.merge(restore(make(values.subarray(at, at + size)).toBytes()));
  return whole;
}

function ddSketch(relativeAccuracy: number): (values: Float64Array) => DDSketch {
  return (values) => {
    const sketch = new DDSketch({ relativeAccuracy });
    sketch.addAll(values);
    return sketch;
  };
}

function kllSketch(k: number): (values: Float64Array) => KllSketch {
  return (values) => {
    const sketch = new KllSketch({ k });
    sketch.addAll(values);
    return sketch;
  };
}

/** Named quantiles of a sketch. */
function quantilesOf(sketch: { quantile(q: number): number | NotComputable }): Answer {
  return Object.fromEntries(quantiles.map((q) => [`q${q}`, sketch.quantile(q) as number]));
}

/** The sketches against numpy and scipy over all values, within what each of them states. */
export const family: Family = {
  name: "sketches",
  comparisons: [
    ...[0.05, 0.001].map((accuracy) =>
      comparison({
        name: `DDSketch quantiles, accuracy ${accuracy}`,
        peer: "quantiles",
        draw: (random) => ({ values: sample(random, 3000) }),
        ours: ({ values }) => quantilesOf(merged(ddSketch(accuracy), DDSketch.fromBytes, values)),
        tolerance: accuracy,
      }),
    ),
    comparison({
      name: "KLL quantiles while exact",
      peer: "quantiles",
      draw: (random) => ({ values: sample(random, 4000) }),
      ours: ({ values }) => quantilesOf(merged(kllSketch(8), KllSketch.fromBytes, values)),
      tolerance: 0,
    }),
    comparison({
      // Ranks near 1 differ by less, so the error of 1 + rank is at least half of that of the rank.
      name: "KLL ranks, k = 100, within the bound for all ranks",
      peer: "ranks",
      draw: (random) => {
        const values = sample(random, 9000);
        return { values, points: Float64Array.from({ length: 9 }, () => values[random.int(values.length)] as number) };
      },
      ours: ({ values, points }) => {
        const ranks = merged(kllSketch(100), KllSketch.fromBytes, values).cdf(points);
        return isNotComputable(ranks) ? ranks : Object.fromEntries(Array.from(ranks, (rank, i) => [`r${i}`, 1 + rank]));
      },
      tolerance: 2.446 / 100 ** 0.9433,
    }),
    comparison({
      name: "KS distance of two KLL sketches while exact",
      peer: "ks_distance",
      draw: (random) => ({ x: sample(random, 1500), y: sample(random, 1500) }),
      ours: ({ x, y }) => {
        const distance = kllKsDistance(kllSketch(200)(x), kllSketch(200)(y));
        return isNotComputable(distance) ? distance : { distance: distance.value };
      },
      tolerance: 1e-11,
      absolute: 1e-15,
    }),
    comparison({
      // Five standard errors of 1.04/√(2^12); below 512 distinct values it is exact.
      name: "HyperLogLog, precision 12",
      peer: "distinct",
      draw: (random) => ({ values: sample(random, 9000) }),
      ours: ({ values }) => {
        const make = (part: Float64Array): HyperLogLog => {
          const sketch = new HyperLogLog({ precision: 12 });
          sketch.addAll(part);
          return sketch;
        };
        return { distinct: merged(make, HyperLogLog.fromBytes, values).estimate().value };
      },
      tolerance: (5 * 1.04) / 64,
    }),
    comparison({
      name: "MurmurHash3_x86_128, the first 64 bits",
      peer: "murmur",
      draw: (random) => ({
        bytes: Float64Array.from({ length: random.int(70) }, () => random.int(256)),
        seed: random.uint32(),
      }),
      ours: ({ bytes, seed }) => {
        const padded = new Uint8Array((bytes.length & ~15) + 16);
        padded.set(bytes);
        const out = new Uint32Array(2);
        murmurHash(new Uint32Array(padded.buffer), bytes.length, seed, out);
        return { first: out[0] as number, second: out[1] as number };
      },
      tolerance: 0,
    }),
    comparison({
      name: "Space-Saving: the three most frequent while exact",
      peer: "most_frequent",
      draw: (random) => ({
        keys: Float64Array.from({ length: 50 + random.int(3000) }, () => random.int(1 + random.int(90))),
      }),
      ours: ({ keys }) => {
        const sketch = new SpaceSaving({ capacity: 100 });
        sketch.addAll(keys);
        return Object.fromEntries(
          sketch.top(3).flatMap(({ key, count }, i) => [
            [`key${i}`, key as number],
            [`count${i}`, count],
          ]),
        );
      },
      tolerance: 0,
    }),
  ],
};
