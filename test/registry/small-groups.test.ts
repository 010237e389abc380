import { describe, expect, test } from "vitest";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { GateEvidence } from "../../src/contracts/gate.ts";
import { fairnessBound } from "../../src/registry/gates/fairness-bound.ts";
import { noSliceRegression } from "../../src/registry/gates/no-slice-regression.ts";
import { sliceFloor } from "../../src/registry/gates/slice-floor.ts";
import { evaluation, evidence } from "./gate-evidence.ts";

const report = (change: Partial<EvaluationReport>): Partial<GateEvidence> => ({
  evaluation: { ...evaluation, ...change },
});

test("fairnessBound: a group that was too small to be compared is named, and closes the gate unless the policy says otherwise", () => {
  const [measured] = evaluation.fairness ?? [];
  if (measured === undefined) throw new Error("no fairness");
  const byGroup = [
    { value: "AA", rows: evaluation.rows - 20, metrics: {} },
    { value: "BB", rows: 8, metrics: {} },
  ];
  const small = [
    { value: "CC", rows: 7 },
    { value: "DD", rows: 5 },
  ];
  const judged = (more: object, options: object = {}) => {
    const given = report({ fairness: [{ ...measured, ...more }] });
    return fairnessBound({ column: "carrier", atMost: 0.1, ...options }).judge({ ...evidence, ...given });
  };
  const closed = judged({ byGroup, small });
  expect(closed).toMatchObject({ outcome: "notMeasured", bound: 0.1 });
  expect(closed.reason).toContain('not compared, of too few rows: "CC" (7), "DD" (5)');
  expect(closed.fix).toContain('small: "report"');
  const told = judged({ byGroup, small }, { small: "report" });
  expect(told).toMatchObject({ outcome: "pass" });
  expect(told.reason).toMatch(
    /^equalisedOddsDifference 0\.09 .*; not compared, of too few rows: "CC" \(7\), "DD" \(5\)$/,
  );
  const failed = judged({ byGroup, small }, { atMost: 0.08, small: "report" });
  expect(failed.outcome).toBe("fail");
  expect(failed.reason).toContain('"CC" (7)');
  // What is compared and exceeds the bound fails, whatever was too small.
  expect(judged({ byGroup, small }, { atMost: 0.08 })).toMatchObject({ outcome: "fail" });
  expect(judged({ byGroup: [{ ...byGroup[0], rows: evaluation.rows }], small: [] })).toMatchObject({ outcome: "pass" });
  const many = Array.from({ length: 9 }, (_, i) => ({ value: `G${i}`, rows: 1 }));
  expect(judged({ small: many }, { small: "report" }).reason).toContain('"G4" (1) and 4 more (4)');
  // Groups that are left out of the report, and a list that is none, are no measurement.
  for (const more of [
    { byGroup },
    { byGroup, small: small.slice(1) },
    { small: 5 },
    { small: [null] },
    { small: [{}] },
  ])
    expect(judged(more, { small: "report" })).toMatchObject({ outcome: "notMeasured" });
  expect(fairnessBound({ column: "carrier", atMost: 0.1 }).params).toMatchObject({ small: "fail" });
  expect(() => fairnessBound({ column: "carrier", atMost: 0.1, small: "ignore" } as never)).toThrow("fail, report");
});

describe.each([
  ["sliceFloor", (more: object) => sliceFloor("auc", { column: "carrier", atLeast: 0.62, ...more })],
  ["noSliceRegression", (more: object) => noSliceRegression("auc", { column: "carrier", margin: 0, ...more })],
] as const)("%s", (_name, make) => {
  const judged = (options: object, change: Partial<EvaluationReport> = {}) =>
    make(options).judge({ ...evidence, ...report(change) });

  test("a slice of too few rows is named with its rows, and closes the gate unless the policy says otherwise", () => {
    const closed = judged({ minRows: 250 });
    expect(closed).toMatchObject({ outcome: "notMeasured" });
    expect(closed.reason).toMatch(
      /^the worst of 1 slices of "carrier" is AA: .*; not judged, of too few rows: "BB" \(200\)$/,
    );
    expect(closed.fix).toContain('small: "report"');
    const told = judged({ minRows: 250, small: "report" });
    expect(told.outcome).toBe("pass");
    expect(told.reason).toMatch(/; not judged, of too few rows: "BB" \(200\)$/);
    expect(told).not.toHaveProperty("fix");
    // What is judged and fails does so, whatever was too small; what has enough rows needs no word.
    expect(judged({})).toMatchObject({ outcome: "fail" });
    expect(judged({}).reason).not.toContain("too few rows");
    expect(make({}).params).toMatchObject({ minRows: 1, small: "fail" });
    expect(() => make({ small: "ignore" })).toThrow("fail, report");
  });

  test("slices that are all too small are named too; many by the rows they hold together", () => {
    const none = judged({ minRows: 301, small: "report" });
    expect(none).toMatchObject({ outcome: "notMeasured" });
    expect(none.reason).toBe('no slice of "carrier" has 301 rows; not judged, of too few rows: "AA" (300), "BB" (200)');
    const [first] = evaluation.slices;
    if (first === undefined) throw new Error("no slice");
    const many = Array.from({ length: 8 }, (_, i) => ({ ...first, value: `C${i}`, rows: 25 }));
    const told = judged({ minRows: 250, small: "report" }, { slices: [{ ...first }, ...many] });
    expect(told).toMatchObject({ outcome: "pass" });
    expect(told.reason).toMatch(/"C0" \(25\), .*"C4" \(25\) and 3 more \(75\)$/);
    // Slices of no counted rows are no measurement: another one could hide behind them.
    for (const rows of [-200, 0.5, Number.NaN])
      expect(
        judged(
          { small: "report" },
          {
            slices: [
              { ...first, rows: 500 - rows },
              { ...first, value: "BB", rows },
            ],
          },
        ),
      ).toMatchObject({ outcome: "notMeasured" });
  });
});
