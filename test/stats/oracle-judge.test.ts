import { expect, test } from "vitest";
import { worstError } from "../../bench/oracle/judge.ts";
import { notComputable } from "../../src/stats/not-computable.ts";

test("the judge of the oracle sees every kind of disagreement", () => {
  const none = notComputable("empty", "nothing");
  expect(worstError({ a: 1, b: 2 }, { a: 1, b: 2.002 }, {})).toBeCloseTo(0.001, 5);
  expect(worstError({ a: 1e-20 }, { a: 0 }, { absolute: 1e-15 })).toBe(0);
  expect(worstError(none, null, {})).toBe(0);
  for (const [ours, theirs] of [
    [none, { a: 1 }],
    [{ a: 1 }, null],
    [{ a: Number.NaN }, { a: Number.NaN }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1, b: 1 }, { a: 1 }],
    [{ a: 1e-20 }, { a: 0 }],
    [{ a: Infinity }, { a: 1 }],
    [{}, {}],
  ] as const) {
    expect(worstError(ours as never, theirs as never, {})).toBe(Infinity);
  }
});
