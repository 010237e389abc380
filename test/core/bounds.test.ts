import fc from "fast-check";
import { expect, test } from "vitest";
import { lowerBound } from "../../src/core/lower-bound.ts";
import { upperBound } from "../../src/core/upper-bound.ts";

test("the bounds of a value are how many are below it, and how many are at most it", () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-Infinity, Infinity, -0, 0.5));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), value, fc.nat(30), fc.nat(30), (values, at, a, b) => {
      const sorted = Float64Array.from(values).sort();
      const [from, to] = [Math.min(a, b, sorted.length), Math.min(Math.max(a, b), sorted.length)];
      const part = sorted.subarray(from, to);
      expect(lowerBound(sorted, at)).toBe(sorted.filter((each) => each < at).length);
      expect(upperBound(sorted, at)).toBe(sorted.filter((each) => each <= at).length);
      expect(lowerBound(sorted, at, from, to)).toBe(from + part.filter((each) => each < at).length);
      expect(upperBound(sorted, at, from, to)).toBe(from + part.filter((each) => each <= at).length);
    }),
    { seed: 4 },
  );
});
