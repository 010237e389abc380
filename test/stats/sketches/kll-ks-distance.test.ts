import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { kllKsDistance } from "../../../src/stats/sketches/kll-ks-distance.ts";
import { KllSketch } from "../../../src/stats/sketches/kll-sketch.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { computed, reasonOf } from "../computed.ts";

function sketchOf(values: ArrayLike<number>, k = 200): KllSketch {
  const sketch = new KllSketch({ k });
  sketch.addAll(values);
  return sketch;
}

test("small samples have the exact distance, whatever ties they have", () => {
  const sample = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const { value, lower, upper, error, n, m } = computed(kllKsDistance(sketchOf(x), sketchOf(y)));
      expect(value).toBeCloseTo(computed(ksTest(x, y)).statistic, 12);
      expect([lower, upper, error, n, m]).toEqual([value, value, 0, x.length, y.length]);
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("the interval holds the true distance of large samples, for sketches of different k", () => {
  const random = seededRandom("ks");
  let missed = 0;
  for (let run = 0; run < 30; run++) {
    const x = Float64Array.from({ length: 9000 + random.int(9000) }, () => random.normal());
    const y = Float64Array.from({ length: 5000 + random.int(9000) }, () => random.normal() * (1 + run / 60) + run / 50);
    const found = computed(kllKsDistance(sketchOf(x, 50), sketchOf(y, 100)));
    const truth = computed(ksTest(x, y)).statistic;
    if (truth < found.lower || truth > found.upper) missed++;
    expect(found.error).toBeCloseTo(2.446 / 50 ** 0.9433 + 2.446 / 100 ** 0.9433, 12);
  }
  expect(missed).toBe(0);
});

test("an empty sketch has no distance", () => {
  expect(reasonOf(kllKsDistance(new KllSketch(), sketchOf([1])))).toBe("empty");
  expect(reasonOf(kllKsDistance(sketchOf([1]), new KllSketch()))).toBe("empty");
});
