import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { LogBins } from "../../../src/stats/sketches/log-bins.ts";

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);
function ofBits(pattern: bigint): number {
  bits[0] = pattern;
  return double[0] ?? 0;
}
function bitsOf(value: number): bigint {
  double[0] = value;
  return bits[0] ?? 0n;
}
const largest = bitsOf(Number.MAX_VALUE);

/** The bit pattern of the last double of a bin that begins at another pattern. */
function endOf(bins: LogBins, first: bigint): bigint {
  const bin = bins.binOf(ofBits(first));
  let low = first;
  let step = 1n;
  while (low + step <= largest && bins.binOf(ofBits(low + step)) === bin) {
    low += step;
    step *= 2n;
  }
  for (; step > 0n; step /= 2n) {
    if (low + step <= largest && bins.binOf(ofBits(low + step)) === bin) low += step;
  }
  return low;
}

/** The largest relative error at both ends of every bin from one double to another, and how many bins there are. */
function worstError(bins: LogBins, from: number, to: number): { readonly worst: number; readonly found: number } {
  let worst = 0;
  let found = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (let first = bitsOf(from); first <= bitsOf(to); found++) {
    const last = endOf(bins, first);
    const bin = bins.binOf(ofBits(first));
    if (bin <= before) throw new Error(`bin ${bin} after bin ${before}`);
    before = bin;
    const stands = bins.valueOf(bin);
    for (const value of [ofBits(first), ofBits(last)]) worst = Math.max(worst, Math.abs(stands - value) / value);
    first = last + 1n;
  }
  return { worst, found };
}

test.each([
  [0.1, 5e-324, Number.MAX_VALUE],
  [0.5, 5e-324, Number.MAX_VALUE],
  [0.99, 5e-324, Number.MAX_VALUE],
  [0.01, 5e-324, 1e-305],
  [0.01, 1e-3, 1e3],
  [0.01, 1e300, Number.MAX_VALUE],
  [0.001, 5e-324, 1e-321],
  [1e-6, 5e-324, 1e-322],
  [1e-6, 1.7976e308, Number.MAX_VALUE],
  [1e-6, 2.2250738e-308, 2.2251e-308],
  [1e-6, 0.9999, 1.0001],
])("accuracy %f holds at both ends of every bin from %f to %f", (accuracy, from, to) => {
  const { worst, found } = worstError(new LogBins(accuracy), from, to);
  expect(found).toBeGreaterThan(5);
  expect(worst).toBeLessThanOrEqual(accuracy);
  // The bins are not much narrower than they have to be, either.
  if (from > 1e-300) expect(worst).toBeGreaterThan(0.9 * accuracy);
});

test("bins never fall with the value, and every value is close to what stands for its bin", () => {
  const random = seededRandom("bins");
  const wrong: number[] = [];
  for (const accuracy of [1e-6, 1e-4, 0.01, 0.2, 0.99]) {
    const bins = new LogBins(accuracy);
    for (let i = 0; i < 5000; i++) {
      const pattern = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
      const value = ofBits((pattern % largest) + 1n);
      const next = ofBits(bitsOf(value) + 1n);
      const bin = bins.binOf(value);
      const rises = next === Infinity || bins.binOf(next) >= bin;
      const inside = bin >= bins.lowest && bin <= bins.highest;
      if (!rises || !inside || Math.abs(bins.valueOf(bin) - value) > accuracy * value) wrong.push(value);
    }
  }
  expect(wrong).toEqual([]);
});

test("bins are within 1% of as few as there can be", () => {
  const bins = new LogBins(0.01);
  const fewest = Math.log(1e12) / Math.log(1.01 / 0.99);
  expect((bins.binOf(1e6) - bins.binOf(1e-6)) / fewest).toBeLessThan(1.011);
});
