import { expect, test } from "vitest";
import { storedText, textOf } from "../../src/backends/sql/stored-text.ts";
import { seededRandom } from "../../src/core/random.ts";

test("any text comes back, is stored without NUL and well-formed, and different texts stay different", () => {
  const random = seededRandom("stored text");
  const pieces = ["\0", "\u0001", "\ud800", "\udc00", "😀", "0000", "d800", "a", ""];
  const seen = new Map<string, string>();
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: random.int(6) }, () => pieces[random.int(pieces.length)]).join("");
    const stored = storedText(text);
    expect(textOf(stored)).toBe(text);
    expect(stored.includes("\0")).toBe(false);
    expect(stored.isWellFormed()).toBe(true);
    expect(seen.get(stored) ?? text).toBe(text);
    seen.set(stored, text);
  }
});
