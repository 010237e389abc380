import { readFileSync } from "node:fs";
import { type Counts, counted } from "./counts.ts";

/** What vitest's JSON reporter wrote, as far as we read it. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The counts of a vitest run and the names of the tests it skipped. */
export interface VitestOutcome {
  readonly counts: Counts;
  readonly skipped: readonly string[];
}

/** Reads a report of vitest's JSON reporter; a file that failed to load counts as one failure. */
export function vitestOutcome(file: string): VitestOutcome {
  const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  const tests = report.testResults.flatMap((result) => result.assertionResults);
  const broken = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.every((test) => test.status !== "failed"),
  );
  const passed = tests.filter((test) => test.status === "passed").length;
  const failed = tests.filter((test) => test.status === "failed").length + broken.length;
  const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  return {
    counts: counted({ passed, failed, skipped: skipped.length }),
    skipped: skipped.map((test) => test.fullName),
  };
}
