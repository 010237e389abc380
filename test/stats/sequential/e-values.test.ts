import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { eBenjaminiHochberg } from "../../../src/stats/multiple/e-benjamini-hochberg.ts";
import { eToP } from "../../../src/stats/sequential/e-to-p.ts";
import { EValueHistory } from "../../../src/stats/sequential/e-value-history.ts";
import { GuardrailEProcess } from "../../../src/stats/sequential/guardrail-e-process.ts";
import { averageE, productE } from "../../../src/stats/sequential/merge-e-values.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";
import { relativeError } from "../relative-error.ts";

const eValue = fc.oneof(fc.double({ min: 0, max: 1e3, noNaN: true }), fc.constantFrom(0, 1, 20, 1e308));
const impossible = [-1, Number.NaN, Number.NEGATIVE_INFINITY];

test("p-values of e-values", () => {
  expect([0, 0.5, 1, 20, 1e300, Number.POSITIVE_INFINITY].map(eToP)).toEqual([1, 1, 1, 0.05, 1e-300, 0]);
  for (const e of impossible) expect(() => eToP(e)).toThrowError(/argument\/invalid/);
});

test("averages and products by hand", () => {
  expect(averageE([])).toBe(1);
  expect(productE([])).toBe(1);
  expect(averageE([30, 0.5, 2.5])).toBe(11);
  expect(averageE([30, 0.5, 2.5], { weights: [1, 0, 3] })).toBe(9.375);
  expect(averageE([4, 8], { weights: [5e-324, 5e-324] })).toBe(6);
  expect(averageE([1e308, 1.5e308])).toBe(1.25e308);
  expect(averageE([Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
  expect(averageE([0, 0])).toBe(0);
  expect(averageE([Number.POSITIVE_INFINITY, 0])).toBe(Number.POSITIVE_INFINITY);
  expect(averageE([Number.POSITIVE_INFINITY, 3], { weights: [0, 1] })).toBe(3);
  expect(productE([30, 0.5, 2])).toBe(30);
  expect(productE([1e300, 1e300, 1e-300, 1e-300])).toBeCloseTo(1, 12);
  expect(productE([1e-300, 1e-300, 1e300, 1e300, 7])).toBeCloseTo(7, 12);
  expect(productE([5e-324, 5e-324, Number.MAX_VALUE, Number.MAX_VALUE])).toBeCloseTo(2 ** -100, 45);
  expect(productE([1e300, 1e300])).toBe(Number.POSITIVE_INFINITY);
  expect(productE([1e-300, 1e-300])).toBe(0);
  expect(productE([Number.POSITIVE_INFINITY, 0])).toBe(0);
  expect(productE([Number.POSITIVE_INFINITY, 0.1])).toBe(Number.POSITIVE_INFINITY);
  for (const e of impossible) {
    expect(() => averageE([1, e])).toThrowError(/argument\/invalid/);
    expect(() => productE([1, e])).toThrowError(/argument\/invalid/);
  }
  for (const weights of [[1], [0, 0], [1, -1], [1, Number.NaN]]) {
    expect(() => averageE([1, 2], { weights })).toThrowError(/argument\/invalid/);
  }
});

test("an average lies between, a product is the exponential of a sum of logarithms", () => {
  fc.assert(
    fc.property(fc.array(eValue, { minLength: 1, maxLength: 9 }), (list) => {
      const average = averageE(list);
      expect(Math.min(...list) <= average && average <= Math.max(...list)).toBe(true);
      expect(averageE([...list].reverse(), { weights: list.map(() => 3) })).toBeCloseTo(average, -300);
      if (list.includes(0)) expect(productE(list)).toBe(0);
      const logs = list.reduce((sum, e) => sum + Math.log(e), 0);
      if (Math.abs(logs) < 600) expect(relativeError(productE(list), Math.exp(logs))).toBeLessThan(1e-11);
    }),
    { seed: 21 },
  );
});

test("e-BH rejects what its definition says, and more of it at a larger α", () => {
  fc.assert(
    fc.property(fc.array(eValue, { maxLength: 12 }), fc.constantFrom(0.01, 0.05, 0.2, 0.5), (list, alpha) => {
      const sorted = [...list].sort((a, b) => b - a);
      let rejected = 0;
      for (const [i, e] of sorted.entries()) if (e >= list.length / ((i + 1) * alpha)) rejected = i + 1;
      const adjusted = eBenjaminiHochberg(list);
      expect(adjusted.filter((each) => each <= alpha * (1 + 1e-12)).length).toBe(rejected);
      for (const [i, each] of adjusted.entries()) {
        for (const [j, other] of adjusted.entries()) {
          if ((list[i] as number) > (list[j] as number)) expect(each).toBeLessThanOrEqual(other);
        }
      }
    }),
    { seed: 22 },
  );
});

test("e-BH by hand", () => {
  // K = 4: the thresholds at α = 0.05 are 80, 40, 26.7 and 20; the second largest admits the largest as well.
  expect(eBenjaminiHochberg([80, 0.4, 41, 3])).toEqual([4 / 41 / 2, 1, 4 / 41 / 2, 4 / 3 / 3]);
  expect(eBenjaminiHochberg([])).toEqual([]);
  expect(eBenjaminiHochberg([Number.POSITIVE_INFINITY, 0])).toEqual([0, 1]);
  for (const e of impossible) expect(() => eBenjaminiHochberg([1, e])).toThrowError(/argument\/invalid/);
});

test("e-BH holds its false discovery rate for e-values that depend on each other", () => {
  const random = seededRandom("e-bh");
  const runs = 2000;
  let falseShares = 0;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    // Ten hypotheses share a disturbance; the last three are false. exp(2z − 2) has the mean 1 for a standard normal z.
    const shared = random.normal();
    const list = Array.from({ length: 10 }, (_, i) => {
      const z = 0.8 * shared + 0.6 * random.normal() + (i < 7 ? 0 : 4);
      return Math.exp(2 * z - 2);
    });
    const rejected = eBenjaminiHochberg(list).map((each) => each <= 0.1);
    const all = rejected.filter(Boolean).length;
    falseShares += all === 0 ? 0 : rejected.slice(0, 7).filter(Boolean).length / all;
    found += rejected.slice(7).filter(Boolean).length;
  }
  expect(falseShares / runs).toBeLessThanOrEqual(0.1);
  expect(found / (3 * runs)).toBeGreaterThan(0.5);
});

test("a history keeps its best look", () => {
  const history = new EValueHistory();
  expect([history.looks, history.maxLogE, history.pValue(), history.crossed(0.9)]).toEqual([0, 0, 1, false]);
  history.addAll([-3, 2, Math.log(20), 1]);
  expect(history.looks).toBe(4);
  expect(history.pValue()).toBeCloseTo(0.05, 15);
  expect(history.crossed(0.06)).toBe(true);
  expect(history.crossed(0.04)).toBe(false);
  const other = new EValueHistory();
  other.merge(history);
  other.merge(new EValueHistory());
  other.merge(other);
  expect([other.looks, other.maxLogE]).toEqual([8, Math.log(20)]);
  const restored = EValueHistory.fromBytes(history.toBytes());
  expect(restored.toBytes()).toEqual(history.toBytes());
  expect([restored.looks, restored.pValue()]).toEqual([4, history.pValue()]);
  restored.add(Number.POSITIVE_INFINITY);
  expect(EValueHistory.fromBytes(restored.toBytes()).pValue()).toBe(0);
  expect(() => history.add(Number.NaN)).toThrowError(/argument\/invalid/);
  expect(() => history.crossed(1)).toThrowError(/argument\/invalid/);
  for (const [looks, largest] of [
    [1, -1],
    [1, Number.NaN],
    [0, 2],
  ] as const) {
    const writer = new SummaryWriter("EHIS", 1);
    writer.count(looks);
    writer.f64(largest);
    expect(() => EValueHistory.fromBytes(writer.finish())).toThrowError(/argument\/invalid/);
  }
});

test("the p-value of the best of all looks is one: below α no more often than α", () => {
  const random = seededRandom("history");
  const runs = 400;
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const process = new GuardrailEProcess({ direction: "harm" });
    const history = new EValueHistory();
    for (let i = 0; i < 300; i++) {
      process.addBad(random.next() < 0.25 ? "challenger" : "champion", 0.25);
      history.add(process.logE());
    }
    if (history.pValue() <= 0.2) alarms++;
  }
  expect(alarms / runs).toBeLessThanOrEqual(0.2 + 3 * Math.sqrt(0.16 / runs));
  expect(alarms).toBeGreaterThan(0);
});
