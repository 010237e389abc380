import fc from "fast-check";
import { expect, test } from "vitest";
import type { Check, CheckFold, CheckOutcome } from "../../../src/contracts/check.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { compare } from "../../../src/data/checks/compare.ts";
import { completeness } from "../../../src/data/checks/completeness.ts";
import { custom } from "../../../src/data/checks/custom.ts";
import { freshness } from "../../../src/data/checks/freshness.ts";
import { membership } from "../../../src/data/checks/membership.ts";
import { monotonic } from "../../../src/data/checks/monotonic.ts";
import { pattern } from "../../../src/data/checks/pattern.ts";
import { range } from "../../../src/data/checks/range.ts";
import { referential } from "../../../src/data/checks/referential.ts";
import { rowCount } from "../../../src/data/checks/row-count.ts";
import { textLength } from "../../../src/data/checks/text-length.ts";
import { uniqueness } from "../../../src/data/checks/uniqueness.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";

const types = {
  x: { tag: "f64", nullable: true },
  y: { tag: "f64", nullable: true },
  s: { tag: "utf8", nullable: true },
  n: { tag: "i64", nullable: true },
  at: { tag: "instant", nullable: true },
} as const;

type Row = {
  readonly x?: number | null;
  readonly y?: number | null;
  readonly s?: string | null;
  readonly n?: bigint | null;
  readonly at?: number | null;
};

const isValue = <V>(value: V | null | undefined): value is V => value !== null && value !== undefined;

/** Every row check with the same question asked row by row; undefined = the row is not judged. */
const oracles: readonly (readonly [Check, (row: Row, i: number, all: readonly Row[]) => boolean | undefined])[] = [
  [completeness("x"), ({ x }) => isValue(x)],
  [range("x", { min: -1, max: 2 }), ({ x }) => (isValue(x) ? x >= -1 && x <= 2 : undefined)],
  [range("x", { min: -1, exclusive: "min" }), ({ x }) => (isValue(x) ? x > -1 : undefined)],
  [range("n", { max: 9007199254740993n }), ({ n }) => (isValue(n) ? n <= 9007199254740993n : undefined)],
  [range("n", { min: -2, max: 3, exclusive: "both" }), ({ n }) => (isValue(n) ? n > -2n && n < 3n : undefined)],
  [range("at", { min: new Date(5) }), ({ at }) => (isValue(at) ? at >= 5 : undefined)],
  [membership("s", ["a", "bb"]), ({ s }) => (isValue(s) ? s === "a" || s === "bb" : undefined)],
  [membership("x", [0, 1]), ({ x }) => (isValue(x) ? x === 0 || x === 1 : undefined)],
  [membership("n", [0n, 9007199254740993n]), ({ n }) => (isValue(n) ? n === 0n || n === 9007199254740993n : undefined)],
  [pattern("s", /^a/g), ({ s }) => (isValue(s) ? s.startsWith("a") : undefined)],
  [textLength("s", { min: 1, max: 1 }), ({ s }) => (isValue(s) ? [...s].length === 1 : undefined)],
  [compare("x", "<=", "y"), ({ x, y }) => (isValue(x) && isValue(y) ? x <= y : undefined)],
  [compare("x", "!=", { value: 0 }), ({ x }) => (isValue(x) ? x < 0 || x > 0 : undefined)],
  [compare("s", "==", { value: "a" }), ({ s }) => (isValue(s) ? s === "a" : undefined)],
  [compare("n", ">", { value: 9007199254740992 }), ({ n }) => (isValue(n) ? n > 9007199254740992 : undefined)],
  [
    compare({ minus: ["x", "y"] }, ">=", { value: 0 }, { where: { left: "s", operator: "==", right: { value: "a" } } }),
    ({ x, y, s }) => (s === "a" && isValue(x) && isValue(y) ? x - y >= 0 : undefined),
  ],
  [
    uniqueness(["x", "s"], { atMost: 0 }),
    (row, i, all) => !all.slice(0, i).some((other) => same(other.x, row.x) && same(other.s, row.s)),
  ],
  [monotonic("n"), ({ n }, i, all) => (isValue(n) ? n >= (lastOf(all.slice(0, i)) ?? n) : undefined)],
  [uniqueness(["n"], { atMost: 0 }), ({ n }, i, all) => !all.slice(0, i).some((other) => same(other.n, n))],
];

const lastOf = (rows: readonly Row[]): bigint | undefined => rows.map(({ n }) => n).findLast(isValue);

const same = (a: unknown, b: unknown): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

const cell = <V>(values: fc.Arbitrary<V>): fc.Arbitrary<V | null | undefined> =>
  fc.oneof({ weight: 6, arbitrary: values }, fc.constant(null), fc.constant(undefined));

const rowsOf = fc.array(
  fc
    .record({
      x: cell(fc.constantFrom(0, -0, 1, -1, 2, 2.5, Number.NaN, 1e300)),
      y: cell(fc.constantFrom(0, 1, 2, Number.NaN)),
      s: cell(fc.constantFrom("a", "bb", "ab", "", "😀", "\n")),
      n: cell(fc.constantFrom(0n, -2n, 3n, 2n, 9007199254740992n, 9007199254740993n, 9007199254740994n, -(2n ** 63n))),
      at: cell(fc.constantFrom(0, 5, 4.999, 6)),
    })
    .map((row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))),
  { maxLength: 40 },
);

test("row checks find the rows that a loop over objects finds, whatever is missing in them", () => {
  fc.assert(
    fc.property(rowsOf, fc.array(fc.nat(40), { maxLength: 3 }), (rows, cuts) => {
      const batch = tableFromRows(rows, types);
      for (const [check, holds] of oracles) {
        const found = check.judge({ batch });
        if (check.fold !== undefined) expect(folded(check.fold({}), batch, cuts)).toEqual(found);
        const verdicts = rows.map(holds);
        const failing = verdicts.flatMap((verdict, row) => (verdict === false ? [row] : []));
        if (verdicts.every((verdict) => verdict === undefined)) {
          expect(found.outcome, found.reason).toBe("insufficientHistory");
          continue;
        }
        expect(found, `${JSON.stringify(check.params)} ${found.reason}`).toMatchObject({
          outcome: failing.length === 0 ? "pass" : "fail",
          value: failing.length / rows.length,
          rowsFailing: failing.length,
          failingRows: failing.slice(0, 10),
        });
        expect(found.sampleRows).toHaveLength(Math.min(10, failing.length));
      }
    }),
    { seed: 4, numRuns: 300 },
  );
});

/** The verdict on a table that comes in pieces. */
function folded(fold: CheckFold, batch: Table, cuts: readonly number[]): CheckOutcome {
  const ends = [...cuts.filter((cut) => cut < batch.rowCount), batch.rowCount].sort((a, b) => a - b);
  for (const [i, end] of ends.entries()) fold.add(sliceRows(batch, ends[i - 1] ?? 0, end));
  return fold.finish();
}

const ten = makeTable({ x: { tag: "f64", values: Float64Array.from({ length: 10 }, (_, i) => (i < 3 ? -1 : i)) } });
const outcomeOf = (check: Check): CheckOutcome["outcome"] => check.judge({ batch: ten }).outcome;

test("a plain number bounds a share, { rows } a count, of the rows that fail or of those that pass", () => {
  const min = 0;
  expect(range("x", { min, atMost: 0.3 }).judge({ batch: ten })).toMatchObject({
    outcome: "pass",
    value: 0.3,
    bound: 0.3,
  });
  expect(outcomeOf(range("x", { min, atMost: 0.29 }))).toBe("fail");
  expect(range("x", { min, atMost: { rows: 3 } }).judge({ batch: ten })).toMatchObject({
    outcome: "pass",
    value: 3,
    bound: 3,
  });
  expect(outcomeOf(range("x", { min, atMost: { rows: 2 } }))).toBe("fail");
  expect(range("x", { min, atLeast: 0.7 }).judge({ batch: ten })).toMatchObject({ outcome: "pass", value: 0.7 });
  expect(outcomeOf(range("x", { min, atLeast: { rows: 8 } }))).toBe("fail");
  expect(outcomeOf(range("x", { min, atMost: 1 }))).toBe("pass");
  expect(outcomeOf(completeness("x", { atLeast: { rows: 10 } }))).toBe("pass");
});

test("monotonic compares neighbours; missing cells and NaN are passed over, NaN fails", () => {
  const failing = (values: (number | null)[], options = {}): readonly number[] | undefined =>
    monotonic("x", options).judge({
      batch: tableFromRows(
        values.map((x) => ({ x })),
        { x: types.x },
      ),
    }).failingRows;
  expect(failing([1, 1, 2, null, 3])).toEqual([]);
  expect(failing([1, 1, 2], { strictly: true })).toEqual([1]);
  expect(failing([3, 2, Number.NaN, 2.5, 1], { direction: "decreasing" })).toEqual([2, 3]);
  expect(failing([1, 1e9, 2, 3])).toEqual([2]);
  const wide = tableFromRows([{ x: 2n ** 53n + 1n }, { x: 2n ** 53n }, { x: 2n ** 53n + 2n }], {
    x: { tag: "i64", nullable: false },
  });
  expect(monotonic("x").judge({ batch: wide }).failingRows).toEqual([1]);
});

test("freshness judges the newest instant up to now, by the clock it is given", () => {
  const batch = tableFromRows([{ at: 1000 }, { at: null }, { at: 4000 }, { at: 9e12 }], { at: types.at });
  const check = freshness("at", { maxAge: "1s" });
  expect(check.judge({ batch, clock: manualClock(5000) })).toMatchObject({ outcome: "pass", value: 1000, bound: 1000 });
  expect(check.judge({ batch, clock: manualClock(5001) })).toMatchObject({
    outcome: "fail",
    reason: expect.stringContaining("1 rows lie in the future"),
  });
  expect(check.judge({ batch, clock: manualClock(0) }).outcome).toBe("insufficientHistory");
  expect(check.judge({ batch }).outcome).toBe("insufficientHistory");
});

test("referential looks values up in another table, several columns together; missing cells are not judged", () => {
  const batch = tableFromRows(
    [
      { s: "a", n: 1n },
      { s: "a", n: 2n },
      { s: null, n: 9n },
      { s: "zz", n: 1n },
    ],
    types,
  );
  const tables = {
    codes: tableFromRows(
      [
        { code: "a", number: 1n },
        { code: "b", number: 2n },
        { code: null, number: 9n },
      ],
      {
        code: types.s,
        number: types.n,
      },
    ),
  };
  const check = referential(["s", "n"], { in: "codes", columns: ["code", "number"] });
  expect(check.needs).toEqual({ tables: { codes: { version: "codes", columns: ["code", "number"] } } });
  expect(check.judge({ batch, tables })).toMatchObject({ outcome: "fail", failingRows: [1, 3], rowsFailing: 2 });
  expect(referential(["s"], { in: "codes", columns: ["code"] }).judge({ batch, tables }).failingRows).toEqual([3]);
  expect(check.judge({ batch, tables: {} }).outcome).toBe("insufficientHistory");
});

test("a custom check cannot pass for another, is asked about rows only, and its failures are counted", () => {
  let asked = 0;
  const check = custom("completeness", { version: "2", columns: ["x"] }, ({ batch }) => {
    asked++;
    const failingRows = Int32Array.from({ length: batch.rowCount }, (_, i) => batch.rowCount - 1 - i);
    return { pass: false, reason: "no", failingRows, value: 1, bound: 0 };
  });
  expect(check.check).toBe("custom completeness");
  expect(check.judge({ batch: ten })).toMatchObject({
    outcome: "fail",
    rowsFailing: 10,
    failingRows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  });
  expect(check.judge({ batch: tableFromRows([], types) }).outcome).toBe("insufficientHistory");
  expect(asked).toBe(1);
  const open = custom("open", { version: "1" }, () => ({ insufficientHistory: "not yet" }));
  expect(open.judge({ batch: ten })).toMatchObject({ outcome: "insufficientHistory", reason: "not yet" });
  expect(open.needs).toMatchObject({ allColumns: true });
});

test("no check calls a batch without rows good", () => {
  const empty = tableFromRows([], types);
  for (const [check] of oracles) expect(check.judge({ batch: empty }).outcome, check.check).toBe("insufficientHistory");
  expect(monotonic("x").judge({ batch: empty }).outcome).toBe("insufficientHistory");
  expect(rowCount({ atMost: 5 }).judge({ batch: empty }).outcome).toBe("insufficientHistory");
  expect(rowCount({ atLeast: 1 }).judge({ batch: empty }).outcome).toBe("fail");
  expect(freshness("at", { maxAge: 1 }).judge({ batch: empty, clock: manualClock(0) }).outcome).toBe(
    "insufficientHistory",
  );
});

test("mistyped parameters are refused when the check is made", () => {
  const wrong: (() => unknown)[] = [
    () => completeness("x", { atLeast: 98 }),
    () => completeness("x", { atLeast: Number.NaN }),
    () => completeness("", { atLeast: 1 }),
    () => completeness("x", { atLeast: 0.5, atMost: 0.5 }),
    () => completeness("x", { atMost: { rows: 1.5 } }),
    () => completeness("x", { atMost: { rows: -1 } }),
    () => completeness("x", JSON.parse('{ "atMost": "1%" }')),
    () => completeness("x", JSON.parse('{ "atMost": { "count": 1 } }')),
    () => completeness("x", JSON.parse('{ "severity": "fatal" }')),
    () => range("x", {}),
    () => range("x", { min: 2, max: 1 }),
    () => range("x", { min: Number.NaN }),
    () => range("x", { min: new Date(Number.NaN) }),
    () => range("x", JSON.parse('{ "min": "0" }')),
    () => range("x", JSON.parse('{ "min": 0, "exclusive": "yes" }')),
    () => membership("s", []),
    () => membership("s", ["a", 1]),
    () => membership("s", [Number.NaN]),
    () => membership("s", JSON.parse('"abc"')),
    () => pattern("s", JSON.parse('"^a"')),
    () => textLength("s", {}),
    () => textLength("s", { min: 3, max: 2 }),
    () => textLength("s", { min: 1.5 }),
    () => monotonic("x", JSON.parse('{ "direction": "up" }')),
    () => freshness("at", { maxAge: "soon" }),
    () => freshness("at", { maxAge: -1 }),
    () => freshness("at", JSON.parse("{}")),
    () => referential([], { in: "codes" }),
    () => referential(["s"], { in: "" }),
    () => referential(["s"], { in: "codes", columns: ["a", "b"] }),
    () => uniqueness([]),
    () => compare("x", JSON.parse('"=>"'), "y"),
    () => compare("x", "<", JSON.parse('{ "column": "y" }')),
    () => compare("x", "<", { value: Number.NaN }),
    () => compare("x", "<", JSON.parse('{ "plus": ["x"] }')),
    () => custom("", { version: "1" }, () => ({ pass: true, reason: "" })),
    () => custom("a", { version: "" }, () => ({ pass: true, reason: "" })),
    () => compare("x", "<", "s").judge({ batch: tableFromRows([{ x: 1, s: "a" }], types) }),
    () => compare({ plus: ["x", "s"] }, "<", "y").judge({ batch: tableFromRows([{ x: 1, s: "a" }], types) }),
  ];
  for (const make of wrong) expect(make, make.toString()).toThrowError(/argument\/invalid/);
});
