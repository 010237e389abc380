import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { stableOrder } from "../../src/table/stable-order.ts";

const random = seededRandom("order");
const kinds: { readonly [name: string]: (i: number) => number } = {
  "evenly spread": () => random.int(1e9),
  "almost sorted": (i) => i * 10 + random.int(500),
  "few values": () => random.int(5),
  "many magnitudes": () => random.normal() * 10 ** random.int(300),
  "one far away": (i) => (i === 7 ? 1e300 : random.int(1e6)),
  "signed zeros and fractions": () => [-0, 0, 0.5, -0.5, -1e-300][random.int(5)] ?? 0,
  infinities: () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, random.int(100)][random.int(3)] ?? 0,
  "all equal": () => 4,
};

for (const [name, valueFor] of Object.entries(kinds)) {
  for (const length of [0, 1, 500, 5000]) {
    test(`the order of Array.sort: ${name}, ${length}`, () => {
      const values = Float64Array.from({ length }, (_, i) => valueFor(i));
      const compare = (a: number, b: number): number => {
        const x = values[a] ?? 0;
        const y = values[b] ?? 0;
        return x < y ? -1 : x > y ? 1 : 0;
      };
      expect([...stableOrder(values)]).toEqual([...values.keys()].sort(compare));
      const some = Uint32Array.from(values.keys())
        .filter((i) => i % 3 !== 1)
        .reverse();
      expect([...stableOrder(values, some)]).toEqual([...some].sort(compare));
    });
  }
}

test("NaN comes at an end and disturbs nothing else", () => {
  for (const length of [100, 5000]) {
    const values = Float64Array.from({ length }, (_, i) => (i % 50 === 0 ? Number.NaN : random.int(1000)));
    const sorted = [...stableOrder(values)].map((i) => values[i] ?? 0).filter((value) => !Number.isNaN(value));
    expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
    expect(sorted.length).toBe(length - length / 50);
  }
});
