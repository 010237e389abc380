import { expect, test } from "vitest";
import { alternatives } from "../../src/stats/alternative.ts";
import {
  requireAtLeast,
  requireCount,
  requireFinite,
  requireFraction,
  requireNonNegative,
  requireNumber,
  requireOneOf,
  requireOpenFraction,
  requirePositive,
  requireRows,
  requireSameLength,
  requireShape,
} from "../../src/stats/require-argument.ts";

test("a word of a closed list passes, any other is refused with the list", () => {
  for (const word of alternatives) expect(requireOneOf("alternative", word, alternatives)).toBe(word);
  expect(() => requireOneOf<string>("alternative", "bigger", alternatives)).toThrowError(
    /"two-sided" or "greater" or "less"/,
  );
});

test("text, null and nothing are no numbers, whatever they compare like", () => {
  const checks: readonly ((value: number) => number)[] = [
    (value) => requireAtLeast("x", value, 0),
    (value) => requireCount("x", value),
    (value) => requireFinite("x", value),
    (value) => requireFraction("x", value),
    (value) => requireNonNegative("x", value),
    (value) => requireNumber("x", value),
    (value) => requireOpenFraction("x", value),
    (value) => requirePositive("x", value),
    (value) => requireRows("x", value),
    (value) => requireShape("x", value),
  ];
  for (const check of checks) {
    for (const value of ["0.5", "1", null, undefined, {}, Number.NaN]) {
      expect(() => check(JSON.parse(JSON.stringify({ value: value ?? null })).value)).toThrowError(/found x = /);
    }
  }
  expect(() => requirePositive("x", JSON.parse('"3"'))).toThrowError(/found x = "3"/);
});

test("a refusal names the bound that was crossed, and both lengths", () => {
  expect(() => requireCount("n", 2 ** 60)).toThrowError(/whole number from 0 to 9007199254740991/);
  expect(() => requireCount("n", -1)).toThrowError(/whole number of at least 0\. /);
  expect(requireRows("n", 2 ** 60)).toBe(2 ** 60);
  expect(() => requireRows("n", 1.5)).toThrowError(/found n = 1\.5; expected n to be a whole number/);
  expect(() => requireSameLength("x and y", [1, 2], [1])).toThrowError(/found lengths 2 and 1 of x and y/);
  expect(() => requireSameLength("x and y", [1, 2], [3, 4])).not.toThrow();
});
