import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { sortDoubles } from "../../src/stats/sort-doubles.ts";

test("sorts like the native sort: signs, zeros, subnormals, infinities, ties", () => {
  const random = seededRandom("sort");
  const special = [0, -0, 1, -1, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity];
  for (const length of [0, 1, 5, 4095, 4096, 10_000]) {
    const values = Float64Array.from({ length }, (_, i) =>
      i % 3 === 0 ? (special[random.int(special.length)] ?? 0) : random.normal() * 10 ** (random.int(40) - 20),
    );
    const before = values.slice();
    expect(sortDoubles(values)).toEqual(values.slice().sort());
    expect(values).toEqual(before);
  }
  const integers = Float64Array.from({ length: 9000 }, () => random.int(30) - 15);
  expect(sortDoubles(integers)).toEqual(integers.slice().sort());
});

test("values that spread evenly, with both zeros, repeated ends and a far outlier, sort like the native sort", () => {
  const random = seededRandom("spread");
  for (const draw of [
    () => random.normal(),
    () => 2 * random.next() - 1,
    () => Math.round(random.normal() * 1e4) / 1e4,
    () => (random.next() < 0.001 ? 0 : random.next() < 0.001 ? -0 : random.normal()),
    () => (random.next() < 1e-4 ? 1e9 : random.normal()),
    () => 1e300 * random.normal(),
    () => 5e-324 * random.int(1e6),
  ]) {
    for (const length of [4096, 50_000]) {
      const values = Float64Array.from({ length }, draw);
      const sorted = sortDoubles(values);
      const expected = values.slice().sort();
      expect(sorted.every((value, i) => Object.is(value, expected[i]))).toBe(true);
    }
  }
});
