import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { membership } from "../../src/data/checks/membership.ts";
import { rowCount } from "../../src/data/checks/row-count.ts";
import { uniqueness } from "../../src/data/checks/uniqueness.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";

const types = { a: { tag: "f64", nullable: true }, s: { tag: "utf8", nullable: true } } as const;

test("completeness counts null and absent cells as missing", () => {
  const batch = tableFromRows([{ a: 1 }, { a: null }, {}, { a: Number.NaN }], types);
  expect(completeness("a", { atLeast: 0.5 }).judge({ batch })).toMatchObject({
    outcome: "pass",
    value: 0.5,
    bound: 0.5,
  });
  expect(completeness("a", { atLeast: 0.51 }).judge({ batch })).toMatchObject({
    outcome: "fail",
    value: 0.5,
    severity: "error",
  });
  expect(completeness("a", { atLeast: 0, severity: "warn" }).judge({ batch: tableFromRows([], types) })).toMatchObject({
    outcome: "insufficientHistory",
    severity: "warn",
  });
  expect(() => completeness("a", { atLeast: 98 })).toThrowError(/argument\/invalid/);
});

test("the row count lies between its limits, both included", () => {
  const batch = tableFromRows([{ a: 1 }, { a: 2 }], types);
  expect(
    [rowCount({ atLeast: 2 }), rowCount({ atMost: 2 }), rowCount({ atLeast: 3 }), rowCount({ atMost: 1 })].map(
      (check) => check.judge({ batch }).outcome,
    ),
  ).toEqual(["pass", "pass", "fail", "fail"]);
  expect(() => rowCount({ atLeast: 3, atMost: 2 })).toThrowError(/argument\/invalid/);
});

test("uniqueness looks at all columns together, and tells null, absent and values apart", () => {
  const batch = tableFromRows(
    [{ a: 1, s: "x" }, { a: 1, s: "y" }, { a: 1, s: null }, { a: 1 }, { s: "x" }, { a: null, s: "x" }],
    types,
  );
  expect(uniqueness(["a", "s"]).judge({ batch })).toMatchObject({ outcome: "pass", value: 0 });
  expect(uniqueness(["a"]).judge({ batch })).toMatchObject({ outcome: "fail", value: 3 });
  expect(uniqueness(["s"]).judge({ batch })).toMatchObject({ outcome: "fail", value: 2 });
});

test("membership shows the rows with unknown values, and quotes none in what is stored", () => {
  const batch = tableFromRows([{ s: "a" }, { s: "zz" }, { s: null }, {}], types);
  expect(membership("s", ["a", "b"]).judge({ batch })).toMatchObject({
    outcome: "fail",
    value: 0.25,
    reason: expect.not.stringContaining("zz"),
    sampleRows: [{ s: "zz" }],
  });
  expect(membership("s", ["a", "b"], { atMost: 0.25 }).judge({ batch }).outcome).toBe("pass");
});

function normal(seed: string, rows: number, shift = 0): Table {
  const random = seededRandom(seed);
  return makeTable({ x: { tag: "f64", values: Float64Array.from({ length: rows }, () => random.normal() + shift) } });
}

test("distribution: its false alarms stay near the stated rate at small sizes; a large shift never passes", () => {
  const check = distribution("x", { against: "previous", falseAlarmRate: 0.05, minEffect: 0 });
  let alarms = 0;
  const runs = 80;
  for (let run = 0; run < runs; run++) {
    if (check.judge({ batch: normal(`b${run}`, 60), previous: normal(`a${run}`, 200) }).outcome === "fail") alarms++;
    if (run % 20 === 0)
      expect(check.judge({ batch: normal(`b${run}`, 60, 2), previous: normal(`a${run}`, 200) }).outcome).toBe("fail");
  }
  // Binomial(80, 0.05): 14 or more has probability 4e-5.
  expect(alarms).toBeLessThan(14);
  expect(alarms).toBeGreaterThan(0);
});

test("distribution: a difference that is certain but too small to matter passes; missing cells and categories count", () => {
  const big = (shift: number): Table => normal(`big ${shift}`, 200_000, shift);
  expect(distribution("x", { against: "previous" }).judge({ batch: big(0.05), previous: big(0) })).toMatchObject({
    outcome: "pass",
    bound: 0.1,
  });
  expect(
    distribution("x", { against: "previous", minEffect: 0 }).judge({ batch: big(0.05), previous: big(0) }).outcome,
  ).toBe("fail");
  const cells = (missing: number, text: string): Table =>
    tableFromRows(
      Array.from({ length: 1000 }, (_, i) =>
        i < missing ? { a: null, s: text } : { a: i, s: i % 2 === 0 ? "even" : "odd" },
      ),
      types,
    );
  expect(
    distribution("a", { against: "previous" }).judge({ batch: cells(400, "even"), previous: cells(0, "even") }).outcome,
  ).toBe("fail");
  expect(
    distribution("s", { against: "previous" }).judge({ batch: cells(400, "new"), previous: cells(0, "even") }).outcome,
  ).toBe("fail");
  expect(
    distribution("s", { against: "previous" }).judge({ batch: cells(0, "even"), previous: cells(0, "even") }).outcome,
  ).toBe("pass");
  expect(distribution("x", { against: "previous" }).judge({ batch: big(0) }).outcome).toBe("insufficientHistory");
});
