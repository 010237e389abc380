import { expect, test } from "vitest";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { GateEvidence } from "../../src/contracts/gate.ts";
import { fairnessBound } from "../../src/registry/gates/fairness-bound.ts";
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
  expect(judged({ small: many }, { small: "report" }).reason).toContain('"G4" (1) and 4 more');
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
