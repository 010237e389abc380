import { expect, test } from "vitest";
import { compareCodePoints } from "../../src/core/compare-code-points.ts";
import { seededRandom } from "../../src/core/random.ts";

test("texts are ordered by their code points, as arrays of them are", () => {
  const random = seededRandom("code points");
  const letters = ["a", "b", "é", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"];
  const text = () => Array.from({ length: random.int(4) }, () => letters[random.int(letters.length)] ?? "").join("");
  for (let i = 0; i < 5000; i++) {
    const [a, b] = [text(), text()];
    const [x, y] = [[...a], [...b]].map((points) => points.map((point) => point.codePointAt(0) ?? 0));
    const at = (x ?? []).findIndex((point, k) => point !== y?.[k]);
    const expected = at < 0 ? a.length - b.length : (x?.[at] ?? 0) - (y?.[at] ?? -1);
    expect(Math.sign(compareCodePoints(a, b)), JSON.stringify([a, b])).toBe(Math.sign(expected));
  }
});
