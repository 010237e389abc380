import { expect, test } from "vitest";
import { alternatives } from "../../src/stats/alternative.ts";
import { requireOneOf } from "../../src/stats/require-argument.ts";

test("a word of a closed list passes, any other is refused with the list", () => {
  for (const word of alternatives) expect(requireOneOf("alternative", word, alternatives)).toBe(word);
  expect(() => requireOneOf<string>("alternative", "bigger", alternatives)).toThrowError(
    /"two-sided" or "greater" or "less"/,
  );
});
