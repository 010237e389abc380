import { expect, test } from "vitest";
import { outcomeLines } from "../../src/registry/promotion/explanation-text.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { latencyBudget } from "../../src/registry/gates/latency-budget.ts";
import { sizeBudget } from "../../src/registry/gates/size-budget.ts";
import type { CiReport } from "../../src/workflows/ci/ci-report.ts";
import { ciText } from "../../src/workflows/ci/ci-text.ts";
import { junitXml } from "../../src/workflows/ci/junit-xml.ts";
import { evidence } from "./gate-evidence.ts";

// Numbers of gates that have a unit are told with it, and once.

const data = [
  { dataset: "flights", version: evidence.version.artifactDigest, role: "training", createdAtMs: 0 },
] as const;
const old = { ...evidence, data, nowMs: 4_181 };

test("ages are durations, in the lines of a dry run: the reason says both, or the bound is told", () => {
  const failed = dataFreshness({ maxAge: 1 }).judge(old);
  expect(failed).toMatchObject({ outcome: "fail", measured: 4181, bound: 1 });
  expect(outcomeLines([failed], [])).toEqual([
    '  fail         dataFreshness:training  the oldest dataset version, of "flights", is 4.2s old, needed ≤ 1ms',
    '               → Ingest newer rows of "flights", and train again.',
  ]);
  const unknown = outcomeLines([dataFreshness({ maxAge: "30d" }).judge({ ...old, data: [] })], []);
  expect(unknown[1]).toBe("               needed 30d");
});

test("times and sizes that nobody has measured have their bound told in their unit", () => {
  const none = { ...evidence, evaluation: undefined };
  expect(outcomeLines([latencyBudget({ atMostMs: 50 }).judge(none)], [])[1]).toBe("               needed 50 ms");
  expect(outcomeLines([sizeBudget({ atMostBytes: 1e6 }).judge(none)], [])[1]).toBe(
    "               needed 1000000 bytes",
  );
});

test("a report of continuous integration tells a gate's ages as durations, and other numbers as they are", () => {
  const one = { outcome: "fail", reason: "too old", measured: 86_400_000, bound: 3_600_000 } as const;
  const report = (kind: string): CiReport => ({
    kind: "ci-report",
    schema: 1,
    outcome: "failed",
    startedAtMs: 0,
    durationMs: 0,
    counts: { pass: 0, fail: 1, skip: 0, error: 0 },
    tests: [
      {
        name: "m",
        kind,
        outcome: "fail",
        startedAtMs: 0,
        durationMs: 0,
        output: [],
        cases: [{ ...one, name: "dataFreshness:training" }],
      },
    ],
  });
  expect(ciText(report("gate"))).toContain("too old (found 1d, needed 1h)");
  expect(junitXml(report("gate"))).toContain("\nfound 1d, needed 1h<");
  expect(ciText(report("model"))).toContain("too old (found 86400000, needed 3600000)");
});
