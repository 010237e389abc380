import fc from "fast-check";
import { expect, test } from "vitest";
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
} from "../../../src/stats/multiple/adjust-p-values.ts";
import { goldenCase } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

test("Benjamini–Hochberg and Yekutieli equal scipy", () => {
  const { inputs, expected } = goldenCase("P22");
  const p = inputs["p"] as number[];
  const { adjusted, by } = expected as Readonly<Record<string, unknown>> as {
    readonly adjusted: number[];
    readonly by: number[];
  };
  for (const [i, found] of benjaminiHochberg(p).entries())
    expect(relativeError(found, adjusted[i] ?? 0)).toBeLessThan(1e-12);
  for (const [i, found] of benjaminiYekutieli(p).entries())
    expect(relativeError(found, by[i] ?? 0)).toBeLessThan(1e-12);
});

test("Holm on the textbook example", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
});

test("the order of strictness, the order of the list, and the bounds", () => {
  const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(list, (p) => {
      const all = [benjaminiHochberg(p), holm(p), bonferroni(p)];
      for (let i = 0; i < p.length; i++) {
        const [bh = 0, h = 0, b = 0] = all.map((adjusted) => adjusted[i] ?? Number.NaN);
        expect((p[i] ?? 0) <= bh + 1e-15 && bh <= h + 1e-15 && h <= b + 1e-15 && b <= 1).toBe(true);
        expect(benjaminiYekutieli(p)[i]).toBeGreaterThanOrEqual(bh);
      }
      expect(holm([...p].reverse())).toEqual(holm(p).reverse());
    }),
  );
});

test("p-values outside [0, 1] are refused", () => {
  expect(() => holm([0.5, Number.NaN])).toThrowError(/argument\/invalid/);
  expect(() => benjaminiHochberg([1.5])).toThrowError(/argument\/invalid/);
});
