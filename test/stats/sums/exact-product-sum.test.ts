import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import {
  bitLength,
  powerOfTwo,
  roundRatio,
  roundScaled,
  toUnits,
  trailingZeros,
} from "../../../src/stats/sums/double-units.ts";
import { ExactProductSum } from "../../../src/stats/sums/exact-product-sum.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";
import { wideValues } from "./wide-values.ts";

const random = seededRandom("products");

test("200,000 values of every size: sum, squares and products are exact, in bulk, row by row and merged in any order", () => {
  const xs = wideValues(random, 200_000);
  const ys = wideValues(random, 200_000);
  let expectedSum = 0n;
  let expectedSquares = 0n;
  let expectedProducts = 0n;
  for (let i = 0; i < xs.length; i++) {
    const x = toUnits(xs[i] as number);
    expectedSum += x;
    expectedSquares += x * x;
    expectedProducts += x * toUnits(ys[i] as number);
  }
  const sum = new ExactSum();
  const squares = new ExactProductSum();
  const products = new ExactProductSum();
  sum.addAll(xs);
  squares.addAll(xs, xs);
  products.addAll(xs, ys);
  expect(sum.units()).toBe(expectedSum);
  expect(squares.units()).toBe(expectedSquares);
  expect(products.units()).toBe(expectedProducts);

  const order = random.shuffle(Uint32Array.from(xs, (_, i) => i));
  const parts = Array.from(
    { length: 7 },
    () => [new ExactSum(), new ExactProductSum(), new ExactProductSum()] as const,
  );
  for (const i of order) {
    const [partSum, partSquares, partProducts] = parts[random.int(7)] as (typeof parts)[number];
    const x = xs[i] as number;
    partSum.add(x);
    partSquares.add(x, x);
    partProducts.add(ys[i] as number, x);
  }
  const merged = [new ExactSum(), new ExactProductSum(), new ExactProductSum()] as const;
  for (const part of random.shuffle(parts)) {
    merged[0].merge(ExactSum.fromBytes(part[0].toBytes()));
    merged[1].merge(part[1]);
    merged[2].merge(ExactProductSum.fromBytes(part[2].toBytes()));
  }
  expect(merged[0].toBytes()).toEqual(sum.toBytes());
  expect(merged[1].toBytes()).toEqual(squares.toBytes());
  expect(merged[2].toBytes()).toEqual(products.toBytes());
});

test("many values in one bucket are carried before they round", () => {
  const value = -(1 + 2 ** -26 + 2 ** -52);
  const squares = new ExactProductSum();
  const sum = new ExactSum();
  squares.add(value, value);
  sum.add(value);
  for (let i = 0; i < 28; i++) {
    squares.merge(squares);
    sum.merge(sum);
  }
  squares.addAll(new Float64Array(3).fill(value), [value, value, value]);
  sum.addAll(new Float64Array(3).fill(value));
  const times = 2n ** 28n + 3n;
  expect(squares.units()).toBe(times * toUnits(value) ** 2n);
  expect(sum.units()).toBe(times * toUnits(value));
  expect(sum.count).toBe(2 ** 28 + 3);
});

test("a sum of safe integers that is merged with itself keeps what no longer fits", () => {
  const sum = new ExactSum();
  sum.add(Number.MAX_SAFE_INTEGER);
  sum.add(0.5);
  sum.merge(sum);
  sum.merge(new ExactSum());
  expect(sum.value()).toBe(2 * Number.MAX_SAFE_INTEGER + 1);
  expect(sum.count).toBe(4);
});

test("NaN and infinities follow IEEE arithmetic", () => {
  const of = (x: number, y: number): number => {
    const sum = new ExactProductSum();
    sum.add(1, 1);
    sum.addAll(Float64Array.of(x), Float64Array.of(y));
    return sum.value();
  };
  expect(of(Infinity, -2)).toBe(-Infinity);
  expect(of(Infinity, 0)).toBeNaN();
  expect(of(Number.NaN, 1)).toBeNaN();
  expect(of(1e200, 1e200)).toBe(Infinity);
  expect(of(5e-324, 5e-324)).toBe(1);
  expect(of(-0, 5)).toBe(1);
});

test("NaN, infinite and subnormal values among many count the same in bulk and row by row, and in the bytes", () => {
  for (const special of [[Number.NaN], [Infinity, 5e-324], [5e-324, -3e-320], [-Infinity, Number.NaN, 1e-310, 1e308]]) {
    const values = Float64Array.from({ length: 3000 }, (_, i) =>
      i % 7 === 0 ? (special[i % special.length] as number) : random.normal(),
    );
    const inBulk = [new ExactSum(), new ExactProductSum()] as const;
    inBulk[0].addAll(values);
    inBulk[1].addAll(values, values);
    const byRow = [new ExactSum(), new ExactProductSum()] as const;
    for (const value of values) {
      byRow[0].add(value);
      byRow[1].add(value, value);
    }
    expect(byRow[0].toBytes()).toEqual(inBulk[0].toBytes());
    expect(byRow[1].toBytes()).toEqual(inBulk[1].toBytes());
    const specials = values.filter((value) => !Number.isFinite(value)).length;
    expect(byRow[0].nans + byRow[0].infinities).toBe(specials);
    const finite = values.filter((value) => Number.isFinite(value));
    expect(inBulk[0].units()).toBe(finite.reduce((sum, value) => sum + toUnits(value), 0n));
    expect(inBulk[1].units()).toBe(finite.reduce((sum, value) => sum + toUnits(value) ** 2n, 0n));
    expect(ExactSum.fromBytes(byRow[0].toBytes()).state()).toEqual(inBulk[0].state());
  }
});

test("ratios and scaled integers are rounded to the nearest double, ties to even", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (a, b) => {
      expect(roundRatio(BigInt(a), BigInt(b), 0)).toBe(a / b + 0);
      expect(roundRatio(BigInt(a) << 900n, BigInt(b) << 700n, -200)).toBe(a / b + 0);
    }),
    { seed: 3, numRuns: 300 },
  );
  expect(roundScaled(3n, -1075)).toBe(1e-323);
  expect(roundScaled(1n, -1075)).toBe(0);
  expect(roundScaled(5n, -1075)).toBe(1e-323);
  expect(roundRatio(1n, 3n, -1073)).toBe(5e-324);
  expect(roundScaled(-1n, 1024)).toBe(-Infinity);
  expect(roundScaled((1n << 1024n) - 1n, 0)).toBe(Infinity);
  for (const exponent of [-1074, -1030, -1022, -1, 0, 52, 1023]) expect(powerOfTwo(exponent)).toBe(2 ** exponent);
  for (const bits of [1, 4, 5, 63, 64, 200]) {
    expect(bitLength(1n << BigInt(bits - 1))).toBe(bits);
    expect(bitLength((1n << BigInt(bits)) - 1n)).toBe(bits);
    expect(trailingZeros(5n << BigInt(bits))).toBe(bits);
  }
});

test("damaged bytes, other kinds and what no sum writes are refused", () => {
  const sum = new ExactSum();
  sum.addAll([0.1, 7]);
  const bytes = sum.toBytes();
  for (let i = 0; i < bytes.length; i++) {
    expect(() => ExactSum.fromBytes(bytes.map((byte, at) => (at === i ? byte ^ 1 : byte)))).toThrowError(
      /argument\/invalid/,
    );
    expect(() => ExactSum.fromBytes(bytes.subarray(0, i))).toThrowError(/argument\/invalid/);
  }
  expect(() => ExactProductSum.fromBytes(bytes)).toThrowError(/argument\/invalid/);
  expect(() => new ExactProductSum().addAll([1], [1, 2])).toThrowError(/argument\/invalid/);
  const state = sum.state();
  for (const damaged of [
    { mantissa: "zz" },
    { mantissa: "" },
    { exponent: 0.5 },
    { exponent: 1e9 },
    { count: -1 },
    { nans: Number.NaN },
    { version: 2 },
  ]) {
    expect(() => ExactSum.fromState({ ...state, ...damaged } as typeof state)).toThrowError(/argument\/invalid/);
  }
});
