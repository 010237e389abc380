import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { correlationBounds } from "../../../src/data/checks/correlation-bounds.ts";
import { distinctBounds } from "../../../src/data/checks/distinct-bounds.ts";
import { distribution, skew } from "../../../src/data/checks/distribution.ts";
import { entropyBounds } from "../../../src/data/checks/entropy-bounds.ts";
import { meanBounds } from "../../../src/data/checks/mean-bounds.ts";
import { numberMoments } from "../../../src/data/checks/number-moments.ts";
import { quantileBounds } from "../../../src/data/checks/quantile-bounds.ts";
import { sdBounds } from "../../../src/data/checks/sd-bounds.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";

const types = {
  x: { tag: "f64", nullable: true },
  y: { tag: "f64", nullable: true },
  s: { tag: "utf8", nullable: true },
} as const;
const batch = tableFromRows(
  [
    { x: 1, y: 2, s: "a" },
    { x: 2, y: 4, s: "a" },
    { x: 4, y: 9, s: "b" },
    { x: null, y: 0, s: null },
    { x: Number.NaN, y: 1 },
  ],
  types,
);

test("statistics are those of the values there are, against numbers computed by hand", () => {
  const high = { max: 1e9 };
  expect(meanBounds("x", high).judge({ batch }).value).toBeCloseTo(7 / 3, 12);
  expect(sdBounds("x", high).judge({ batch }).value).toBeCloseTo(Math.sqrt(7 / 3), 12);
  expect(quantileBounds("x", 0.75, high).judge({ batch }).value).toBe(3);
  expect(distinctBounds("x", high).judge({ batch }).value).toBe(4);
  expect(distinctBounds("s", high).judge({ batch }).value).toBe(2);
  expect(entropyBounds("s", high).judge({ batch }).value).toBeCloseTo(0.9182958340544896, 12);
  // numpy.corrcoef([1, 2, 4], [2, 4, 9])[0, 1]
  expect(correlationBounds("x", "y", high).judge({ batch }).value).toBeCloseTo(0.9986254289035241, 12);
});

test("bounds are included; the one that was broken is told", () => {
  expect(meanBounds("y", { min: 3.2, max: 3.2 }).judge({ batch })).toMatchObject({ outcome: "pass", value: 3.2 });
  expect(meanBounds("y", { min: 4, max: 9 }).judge({ batch })).toMatchObject({ outcome: "fail", bound: 4 });
  expect(meanBounds("y", { min: 1, max: 3, severity: "warn" }).judge({ batch })).toMatchObject({
    outcome: "fail",
    bound: 3,
    severity: "warn",
  });
});

test("without a value there is no verdict", () => {
  const missing = tableFromRows(
    [
      { x: null, y: 5, s: null },
      { x: Number.NaN, y: 5, s: null },
    ],
    types,
  );
  for (const check of [
    meanBounds("x", { min: 0 }),
    sdBounds("x", { min: 0 }),
    quantileBounds("x", 0.5, { min: 0 }),
    distinctBounds("s", { min: 1 }),
    entropyBounds("s", { min: 0 }),
    correlationBounds("x", "y", { min: 0 }),
    correlationBounds("y", "y", { min: 0 }),
  ]) {
    expect(check.judge({ batch: missing }).outcome, check.check).toBe("insufficientHistory");
    expect(check.judge({ batch: tableFromRows([], types) }).outcome, check.check).toBe("insufficientHistory");
  }
});

test("mistyped bounds are refused", () => {
  for (const make of [
    () => meanBounds("x", {}),
    () => meanBounds("x", { min: 2, max: 1 }),
    () => meanBounds("x", { min: Number.NaN }),
    () => sdBounds("x", JSON.parse('{ "max": "3" }')),
    () => quantileBounds("x", 50, { max: 1 }),
    () => quantileBounds("x", Number.NaN, { max: 1 }),
    () => distribution("x", JSON.parse('{ "against": "yesterday" }')),
    () => distribution("x", { against: "previous", falseAlarmRate: 1 }),
    () => distribution("x", { against: "previous", minEffect: -1 }),
    () => distribution("x", { against: "previous", metric: "hellinger" }),
    () => distribution("x", { against: "previous", metric: JSON.parse('"ks"'), minEffect: 0 }),
    () => skew("x", JSON.parse('{ "against": "previous" }')),
    () => distribution("x", { against: { version: "" } }),
  ])
    expect(make, make.toString()).toThrowError(/argument\/invalid/);
});

test("two-pass moments agree with the exact ones", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 }),
      fc.constantFrom(0, 1e9),
      (raw, shift) => {
        const values = raw.map((value) => value + shift);
        const ours = numberMoments(values);
        const exact = sampleMoments(values);
        if (ours?.sd === undefined || isNotComputable(exact)) throw new Error("both have moments");
        expect(Math.abs(ours.mean - exact.mean)).toBeLessThanOrEqual(1e-12 * (shift + 1e6));
        expect(Math.abs(ours.sd - Math.sqrt(exact.variance))).toBeLessThanOrEqual(
          1e-9 * Math.sqrt(exact.variance) + 1e-6,
        );
        expect([ours.min, ours.max]).toEqual([Math.min(...values), Math.max(...values)]);
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

function normal(seed: string, shift: number): Table {
  const random = seededRandom(seed);
  return makeTable({ x: { tag: "f64", values: Float64Array.from({ length: 2000 }, () => random.normal() + shift) } });
}

test("distribution and skew compare with given rows and with a version that the input hands in", () => {
  for (const metric of ["psi", "jensenShannon", "hellinger"] as const) {
    const check = distribution("x", { against: normal("reference", 0), metric, minEffect: 0.01 });
    expect(check.judge({ batch: normal("same", 0) }).outcome, metric).toBe("pass");
    expect(check.judge({ batch: normal("moved", 2) }).outcome, metric).toBe("fail");
    expect(check.judge({ batch: tableFromRows([], types) }).outcome).toBe("insufficientHistory");
  }
  const served = skew("x", { against: { version: "served" } });
  expect(served.needs).toEqual({ tables: { served: { version: "served", columns: ["x"], sample: true } } });
  expect(served.judge({ batch: normal("a", 0), tables: { served: normal("b", 2) } })).toMatchObject({
    check: "skew",
    outcome: "fail",
  });
  expect(served.judge({ batch: normal("a", 0), tables: { served: normal("b", 0) } }).outcome).toBe("pass");
  expect(served.judge({ batch: normal("a", 0) }).outcome).toBe("insufficientHistory");
});
