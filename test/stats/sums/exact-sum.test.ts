import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { fromUnits, toUnits } from "../../../src/stats/sums/double-units.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.maxSafeInteger(),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(
    5e-324,
    -5e-324,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    -0,
    2 ** 53,
    0.1,
    2 ** -1022,
    2 ** 976,
    2 ** 977,
  ),
);

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

/** The sum in exact integers, rounded to the nearest double by comparing distances to its neighbours. */
function oracle(values: readonly number[]): number {
  const units = values.reduce((total, value) => total + toUnits(value), 0n);
  const overflow = toUnits(Number.MAX_VALUE) + (toUnits(Number.MAX_VALUE) - toUnits(1.7976931348623155e308)) / 2n;
  if (units >= overflow) return Infinity;
  if (units <= -overflow) return -Infinity;
  let low = -Number.MAX_VALUE;
  let high = Number.MAX_VALUE;
  const key = new BigInt64Array(1);
  const double = new Float64Array(key.buffer);
  const keyOf = (value: number): bigint => {
    double[0] = value;
    return (key[0] ?? 0n) < 0n ? -((key[0] ?? 0n) & 0x7fffffffffffffffn) : (key[0] ?? 0n);
  };
  const ofKey = (k: bigint): number => {
    key[0] = k < 0n ? -k | -0x8000000000000000n : k;
    return double[0] ?? 0;
  };
  while (keyOf(high) - keyOf(low) > 1n) {
    const middle = ofKey((keyOf(low) + keyOf(high)) / 2n);
    if (middle === low || middle === high) break;
    if (toUnits(middle) <= units) low = middle;
    else high = middle;
  }
  const down = units - toUnits(low);
  const up = toUnits(high) - units;
  if (down !== up) return (down < up ? low : high) + 0;
  return (keyOf(low) % 2n === 0n ? low : high) + 0;
}

test("doubles to exact units and back", () => {
  fc.assert(
    fc.property(finite, (value) => {
      expect(fromUnits(toUnits(value))).toBe(value + 0);
    }),
  );
  expect(toUnits(5e-324)).toBe(1n);
  expect(fromUnits(3n)).toBe(1.5e-323);
  expect(fromUnits((1n << 53n) + 1n)).toBe(fromUnits(1n << 53n));
  expect(fromUnits((1n << 53n) + 3n)).toBe(fromUnits((1n << 53n) + 4n));
});

test("the sum is rounded correctly, once", () => {
  fc.assert(
    fc.property(fc.array(finite, { maxLength: 40 }), (values) => {
      expect(sumOf(values).value()).toBe(oracle(values));
    }),
    { numRuns: 500 },
  );
});

test("any order, split, merge and restart gives the same bits and the same state", () => {
  const any = fc.oneof(finite, fc.constantFrom(Infinity, -Infinity, Number.NaN));
  fc.assert(
    fc.property(fc.array(fc.tuple(any, fc.integer({ min: 0, max: 3 }), fc.integer())), (rows) => {
      const whole = sumOf(rows.map(([value]) => value));
      const shuffled = [...rows].sort(([, , a], [, , b]) => a - b);
      const parts = [0, 1, 2, 3].map((part) => sumOf(shuffled.filter(([, p]) => p === part).map(([value]) => value)));
      const merged = new ExactSum();
      for (const part of parts) merged.merge(ExactSum.fromState(JSON.parse(JSON.stringify(part.state()))));
      const live = new ExactSum();
      for (const part of parts.reverse()) live.merge(part);
      for (const sum of [merged, live]) {
        expect(sum.value()).toBe(whole.value());
        expect(sum.state()).toEqual(whole.state());
        expect(sum.count).toBe(rows.length);
      }
    }),
    { numRuns: 300 },
  );
});

test("sliding a window by adding and subtracting leaves no residue", () => {
  const random = seededRandom("window");
  const values = Array.from({ length: 3000 }, () => random.normal() * 10 ** (random.int(30) - 15));
  const window = new ExactSum();
  values.forEach((value, i) => {
    window.add(value);
    if (i >= 50) window.add(-(values[i - 50] ?? 0));
  });
  expect(window.value()).toBe(sumOf(values.slice(-50)).value());
});

test("textbook cancellations", () => {
  expect(sumOf([1e16, 1, -1e16]).value()).toBe(1);
  expect(sumOf(Array.from({ length: 10 }, () => 0.1)).value()).toBe(1);
  expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE]).value()).toBe(Number.MAX_VALUE);
  expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE]).value()).toBe(Infinity);
  expect(sumOf([1, 2 ** -53, 2 ** -106]).value()).toBe(1 + 2 ** -52);
  expect(sumOf([]).value()).toBe(0);
  expect(sumOf([-0]).value()).toBe(0);
});

test("infinities and NaN follow IEEE arithmetic", () => {
  expect(sumOf([Infinity, 1]).value()).toBe(Infinity);
  expect(sumOf([-Infinity, 1]).value()).toBe(-Infinity);
  expect(sumOf([Infinity, -Infinity]).value()).toBeNaN();
  expect(sumOf([Number.NaN]).value()).toBeNaN();
});

test("state is canonical and readable", () => {
  expect(sumOf([0.75, 2]).state()).toEqual({
    version: 1,
    count: 2,
    mantissa: "b",
    exponent: -2,
    positiveInfinities: 0,
    negativeInfinities: 0,
    nans: 0,
  });
  expect(sumOf([3, -5]).state()).toMatchObject({ mantissa: "-1", exponent: 1 });
});

test("bytes hold an infinity or a NaN that was added just before", () => {
  for (const special of [Infinity, -Infinity, Number.NaN]) {
    const sum = new ExactSum();
    sum.add(special);
    expect(ExactSum.fromBytes(sum.toBytes()).value()).toBe(special);
  }
});

test("a state with more than its values or without its text is refused", () => {
  const state = new ExactSum().state();
  for (const bad of [{ mantissa: "1" }, { nans: 5 }, { count: 1, mantissa: 1 as never }])
    expect(() => ExactSum.fromState({ ...state, ...bad })).toThrowError(/argument\/invalid/);
});

test("zeros and subnormal values between others, row by row", () => {
  const random = seededRandom("small values");
  const kinds = [() => 0, () => -0, () => (random.int(2 ** 40) - 2 ** 39) * 5e-324, () => random.normal()];
  const values = Array.from({ length: 2000 }, () => kinds[random.int(4)]?.() ?? 0);
  const all = sumOf([1, ...values, -1]);
  expect(all.units()).toBe(values.reduce((total, value) => total + toUnits(value), 0n));
  expect(all.count).toBe(values.length + 2);
  const small = values.filter((value) => Math.abs(value) < 1e-300);
  expect(sumOf(small).units()).toBe(small.reduce((total, value) => total + toUnits(value), 0n));
});
