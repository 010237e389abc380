import { requireMade } from "../../core/known-arguments.ts";

/** How a case came out. `skip` = unmeasured, where its test allows that. */
export type CiOutcome = "pass" | "fail" | "skip" | "error";

/** A case, as it came out. */
export interface CiCaseReport {
  readonly name: string;
  readonly outcome: CiOutcome;
  readonly reason: string;
  readonly measured?: number;
  readonly bound?: number;
}

/** A test, as it came out. */
export interface CiTestReport {
  readonly name: string;
  readonly kind: string;
  readonly outcome: CiOutcome;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly cases: readonly CiCaseReport[];
  readonly output: readonly string[];
}

/** What a run answers. Printing it shows it. */
export interface CiReport {
  readonly kind: "ci-report";
  readonly schema: 1;
  /** `passed` when every case passed or was allowed to be skipped, and at least one passed. */
  readonly outcome: "passed" | "failed";
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Cases by how they came out. */
  readonly counts: { readonly [outcome in CiOutcome]: number };
  readonly tests: readonly CiTestReport[];
}

/** Refuses what is no report. Errors: `argument/invalid`. */
export function requireReport(call: string, report: unknown): void {
  requireMade(call, report, reportMade);
}

const reportMade = {
  what: "a report",
  by: "runCi() returns it",
  members: { counts: "object", tests: "list", durationMs: "number" },
} as const;
