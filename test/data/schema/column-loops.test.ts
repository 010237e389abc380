import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import { makeTable } from "../../../src/table/table.ts";

const seed = 20_261_128;

/** Judges numbers as a column and one by one; answers how many passed. */
function compare(schema: z.ZodNumber, values: readonly number[]): number {
  const table = makeTable({ x: { tag: "f64", values: Float64Array.from(values) } });
  const { acceptedRows, judged } = validateTable(z.object({ x: schema }), table);
  expect(judged[0]?.how).toBe("loop");
  const byZod = values.flatMap((value, i) => (schema.safeParse(value).success ? [i] : []));
  expect([...acceptedRows]).toEqual(byZod);
  return byZod.length;
}

test("multiples of whole steps, near and far from zero, are told from their neighbours", () => {
  const step = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }));
  const quotient = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.constantFrom(2 ** 20, 2 ** 48, 2 ** 49, 2 ** 53),
  );
  const offset = fc.constantFrom(0, 0, 0, 1, -1, 0.5, 1e-9);
  let passed = 0;
  let refused = 0;
  fc.assert(
    fc.property(step, fc.array(fc.tuple(quotient, offset), { minLength: 1, maxLength: 40 }), (by, pairs) => {
      const values = pairs.map(([times, off]) => by * times + off);
      const all = [...values, 0, -0, Number.NaN, Infinity, -Infinity, 2 ** 49, 2 ** 49 + by, Number.MAX_VALUE];
      const schema = z.number().multipleOf(by);
      const own = compare(schema, all);
      passed += own;
      refused += all.length - own;
      compare(schema.min(-100).lt(1e6), all);
      compare(schema.int(), all);
    }),
    { seed, numRuns: 500 },
  );
  expect(passed).toBeGreaterThan(2000);
  expect(refused).toBeGreaterThan(2000);
});

test("instants with a fraction of a millisecond are judged without it", () => {
  const schema = z.object({ at: z.date().min(new Date(-3)).max(new Date(7)) });
  const values = Float64Array.from({ length: 60 }, (_, i) => (i - 25) / 4);
  const { acceptedRows } = validateTable(schema, makeTable({ at: { tag: "instant", values } }));
  const byZod = [...values].flatMap((ms, i) => (schema.safeParse({ at: new Date(ms) }).success ? [i] : []));
  expect([...acceptedRows]).toEqual(byZod);
  expect(byZod.length).toBeLessThan(values.length);
});

test("64-bit integers at the ends of ranges that share their upper half", () => {
  const edge = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const near = fc
    .tuple(edge, fc.bigInt({ min: -3n, max: 2n ** 33n }))
    .map(([lo, width]): [bigint, bigint] => [lo, lo + width]);
  fc.assert(
    fc.property(near, ([lo, hi]) => {
      const schema = z.bigint().min(lo).max(hi);
      const around = [lo, hi].flatMap((e) => [e - (1n << 32n), e - 1n, e, e + 1n, e + (1n << 32n)]);
      const values = around.filter((value) => BigInt.asIntN(64, value) === value);
      const table = makeTable({ x: { tag: "i64", values: BigInt64Array.from(values) } });
      const byZod = values.flatMap((value, i) => (schema.safeParse(value).success ? [i] : []));
      expect([...validateTable(z.object({ x: schema }), table).acceptedRows]).toEqual(byZod);
    }),
    { seed, numRuns: 500 },
  );
});
