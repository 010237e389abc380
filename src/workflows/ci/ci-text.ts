import { durationText } from "../../core/duration.ts";
import { markdownTable, markdownText } from "../text-table.ts";
import { type CiCaseReport, type CiOutcome, type CiReport, type CiTestReport, requireReport } from "./ci-report.ts";
import { foundAndNeeded } from "./found-and-needed.ts";

const signs: { readonly [outcome in CiOutcome]: string } = { pass: "✓", fail: "✗", skip: "–", error: "!" };

/** A report as lines: a line a test, below it what did not pass. */
export function ciText(report: CiReport): string {
  return [...report.tests.map(ciTestText), summaryLine(report)].join("\n");
}

/** A test as lines. */
export function ciTestText({ name, kind, outcome, durationMs, cases }: CiTestReport): string {
  const passed = cases.filter((one) => one.outcome === "pass").length;
  return [
    `${signs[outcome]} ${name} (${kind}, ${passed} of ${cases.length} passed, ${durationText(durationMs)})`,
    ...cases.filter((one) => one.outcome !== "pass").map((one) => caseLine(kind, one)),
  ].join("\n");
}

function caseLine(kind: string, one: CiCaseReport): string {
  const numbers = foundAndNeeded(kind, one);
  return `    ${signs[one.outcome]} ${one.name}: ${one.reason}${numbers === undefined ? "" : ` (${numbers})`}`;
}

/** The report in one line. */
export function summaryLine({ outcome, counts, durationMs }: CiReport): string {
  const told = (["pass", "fail", "error", "skip"] as const).filter((one) => counts[one] > 0 || one === "pass");
  const words: { readonly [one in CiOutcome]: string } = {
    pass: "passed",
    fail: "failed",
    skip: "skipped",
    error: "errors",
  };
  return `${outcome}: ${told.map((one) => `${counts[one]} ${words[one]}`).join(", ")}, ${durationText(durationMs)}`;
}

/**
 * A report as Markdown: for a summary of a pull request.
 *
 * @example
 * ```ts
 * import { ciMarkdown } from "sluice/workflows";
 * const counts = { pass: 0, fail: 0, skip: 0, error: 0 };
 * const text = ciMarkdown({ kind: "ci-report", schema: 1, outcome: "failed", startedAtMs: 0, durationMs: 0, counts, tests: [] });
 * if (!text.startsWith("## ML checks: failed")) throw new Error("a title expected");
 * ```
 */
export function ciMarkdown(report: CiReport): string {
  requireReport("ciMarkdown()", report);
  const rows = report.tests.map(({ name, kind, outcome, cases, durationMs }) => [
    `${signs[outcome]} ${name}`,
    kind,
    `${cases.filter((one) => one.outcome === "pass").length} of ${cases.length}`,
    durationText(durationMs),
  ]);
  const bad = report.tests.flatMap(({ name, cases }) =>
    cases
      .filter(({ outcome }) => outcome !== "pass")
      .map(
        (one) =>
          `- ${signs[one.outcome]} **${markdownText(name)}**, ${markdownText(one.name)}: ${markdownText(one.reason)}`,
      ),
  );
  return [
    `## ML checks: ${report.outcome}`,
    "",
    summaryLine(report),
    "",
    ...markdownTable([["Test", "Kind", "Passed", "Time"], ...rows]),
    "",
    ...bad,
    ...(bad.length === 0 ? [] : [""]),
  ].join("\n");
}
