import fc from "fast-check";
import { expect, test } from "vitest";
import { portableExp } from "../../src/core/portable-exp.ts";

test("agrees with the runtime's own to 2 units in the last place", () => {
  fc.assert(
    fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
      const exact = Math.exp(x);
      expect(Math.abs(portableExp(x) - exact)).toBeLessThanOrEqual(exact * 2 * 2 ** -52);
    }),
    { numRuns: 20_000, seed: 1 },
  );
});

test("the ends of the range, and what is no number", () => {
  expect(portableExp(0)).toBe(1);
  expect(portableExp(1)).toBeCloseTo(Math.E, 14);
  expect(portableExp(710)).toBe(Number.POSITIVE_INFINITY);
  expect(portableExp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(portableExp(-746)).toBe(0);
  expect(portableExp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(portableExp(Number.NaN)).toBeNaN();
  expect(portableExp(-745.13)).toBe(5e-324);
  expect(portableExp(709.78)).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(portableExp(-740) / 4.199558e-322).toBeCloseTo(1, 1);
});
