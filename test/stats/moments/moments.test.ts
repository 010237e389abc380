import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";
import { MomentsAccumulator } from "../../../src/stats/moments/moments-accumulator.ts";
import { pairMoments } from "../../../src/stats/moments/pair-moments.ts";
import { PairMomentsAccumulator } from "../../../src/stats/moments/pair-moments-accumulator.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { ExactProductSum } from "../../../src/stats/sums/exact-product-sum.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";
import { computed, reasonOf } from "../computed.ts";
import { wideValues } from "../sums/wide-values.ts";

const moderate = fc.double({ min: -1e100, max: 1e100, noNaN: true });

test("golden: moments of known samples", () => {
  expect(sampleMoments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, variance: 32 / 7 });
  // NIST StRD NumAcc4 (10,000,000.2 and ± 0.1 around it, 1,001 values): its certified deviation is 0.1.
  const numAcc4 = Float64Array.from({ length: 1001 }, (_, i) =>
    i === 0 ? 10000000.2 : i % 2 === 1 ? 10000000.1 : 10000000.3,
  );
  const nist = computed(sampleMoments(numAcc4));
  expect(nist.mean).toBe(10000000.2);
  expect(Math.sqrt(nist.variance)).toBeCloseTo(0.1, 8);
  expect(sampleMoments([1e9 - 1, 1e9, 1e9 + 1])).toEqual({ n: 3, mean: 1e9, variance: 1 });
  expect(pairMoments([1, 2, 3, 4], [2, 1, 4, 3])).toEqual({
    n: 4,
    meanX: 2.5,
    meanY: 2.5,
    varianceX: 5 / 3,
    varianceY: 5 / 3,
    covariance: 1,
  });
});

test("moments agree with two passes over the values", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 5, max: 6, noNaN: true })), {
        minLength: 2,
        maxLength: 50,
      }),
      (rows) => {
        const n = rows.length;
        const meanX = rows.reduce((sum, [x]) => sum + x, 0) / n;
        const meanY = rows.reduce((sum, [, y]) => sum + y, 0) / n;
        const over = (f: (x: number, y: number) => number): number =>
          rows.reduce((sum, [x, y]) => sum + f(x - meanX, y - meanY), 0) / (n - 1);
        const found = computed(
          pairMoments(
            rows.map(([x]) => x),
            Float64Array.from(rows, ([, y]) => y),
          ),
        );
        expect(found.meanX).toBeCloseTo(meanX, 12);
        expect(found.varianceX).toBeCloseTo(
          over((x) => x * x),
          11,
        );
        expect(found.varianceY).toBeCloseTo(
          over((_, y) => y * y),
          12,
        );
        expect(found.covariance).toBeCloseTo(
          over((x, y) => x * y),
          11,
        );
        expect(found.varianceX).toBe(computed(sampleMoments(rows.map(([x]) => x))).variance);
      },
    ),
    { seed: 1 },
  );
});

test("any order, split, merge and restart gives the same bits and bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(moderate, moderate, fc.nat(3), fc.integer())), (rows) => {
      const whole = new PairMomentsAccumulator();
      whole.addAll(
        Float64Array.from(rows, ([x]) => x),
        Float64Array.from(rows, ([, y]) => y),
      );
      const parts = Array.from({ length: 4 }, () => new PairMomentsAccumulator());
      for (const [x, y, part] of [...rows].sort((a, b) => a[3] - b[3])) parts[part]?.add(x, y);
      const [a, b, c, d] = parts as [
        PairMomentsAccumulator,
        PairMomentsAccumulator,
        PairMomentsAccumulator,
        PairMomentsAccumulator,
      ];
      d.merge(PairMomentsAccumulator.fromBytes(b.toBytes()));
      c.merge(a);
      d.merge(c);
      expect(d.toBytes()).toEqual(whole.toBytes());
      expect(d.summary()).toEqual(whole.summary());
      expect(PairMomentsAccumulator.fromBytes(whole.toBytes()).toBytes()).toEqual(whole.toBytes());
    }),
    { seed: 2, numRuns: 50 },
  );
});

test("values of every size, and merging with itself", () => {
  const values = wideValues(seededRandom("moments"), 20_000);
  const bulk = new MomentsAccumulator();
  bulk.addAll(values);
  const single = new MomentsAccumulator();
  for (const value of values.toReversed()) single.add(value);
  expect(single.toBytes()).toEqual(bulk.toBytes());
  const twice = MomentsAccumulator.fromBytes(bulk.toBytes());
  twice.merge(bulk);
  single.merge(single);
  expect(single.toBytes()).toEqual(twice.toBytes());
  single.merge(new MomentsAccumulator());
  expect(single.toBytes()).toEqual(twice.toBytes());
});

test("what has no moments says why", () => {
  expect(reasonOf(sampleMoments([]))).toBe("empty");
  expect(reasonOf(sampleMoments([1]))).toBe("too-few");
  expect(reasonOf(sampleMoments([1, Number.NaN, Infinity]))).toBe("nan");
  expect(reasonOf(sampleMoments([1, -Infinity]))).toBe("infinite");
  expect(reasonOf(sampleMoments([1e308, -1e308]))).toBe("out-of-range");
  expect(sampleMoments([5e-324, 5e-324])).toEqual({ n: 2, mean: 5e-324, variance: 0 });
  expect(reasonOf(pairMoments([], []))).toBe("empty");
  expect(reasonOf(pairMoments([1, 2], [1, Number.NaN]))).toBe("nan");
  expect(reasonOf(pairMoments([Infinity, 2], [1, 2]))).toBe("infinite");
  expect(reasonOf(pairMoments([1], [1]))).toBe("too-few");
  expect(() => pairMoments([1], [1, 2])).toThrowError(/argument\/invalid/);
  const one = new MomentsAccumulator();
  one.add(7);
  expect(one.mean()).toBe(7);
});

test("damaged bytes and sums that contradict each other are refused", () => {
  const pairs = new PairMomentsAccumulator();
  pairs.addAll([1, 2.5, 3], [4, 5, -6]);
  const bytes = pairs.toBytes();
  for (let i = 0; i < bytes.length; i++) {
    expect(() => PairMomentsAccumulator.fromBytes(bytes.map((byte, at) => (at === i ? byte ^ 4 : byte)))).toThrowError(
      /argument\/invalid/,
    );
  }
  const contradiction = (values: readonly number[], squared: readonly number[]): Uint8Array => {
    const sum = new ExactSum();
    sum.addAll(values);
    const squares = new ExactProductSum();
    squares.addAll(squared, squared);
    const writer = new SummaryWriter("MOME", 1);
    writer.bytes(sum.toBytes());
    writer.bytes(squares.toBytes());
    return writer.finish();
  };
  expect(MomentsAccumulator.fromBytes(contradiction([3, 3], [3, 3])).n).toBe(2);
  expect(() => MomentsAccumulator.fromBytes(contradiction([3, 3], [3, 2]))).toThrowError(/too small/);
  expect(() => MomentsAccumulator.fromBytes(contradiction([3, 3], [9]))).toThrowError(/different counts/);
});
