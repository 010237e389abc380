import { type CiCaseReport, type CiReport, type CiTestReport, requireReport } from "./ci-report.ts";
import { foundAndNeeded } from "./found-and-needed.ts";

/**
 * A report as JUnit XML, in the form that Jenkins, GitLab, GitHub actions and others read (`junit-10.xsd` of Jenkins' xUnit plugin): a suite a test, a case a verdict.
 *
 * @example
 * ```ts
 * import { junitXml } from "sluice/workflows";
 * const counts = { pass: 0, fail: 0, skip: 0, error: 0 };
 * const xml = junitXml({ kind: "ci-report", schema: 1, outcome: "failed", startedAtMs: 0, durationMs: 0, counts, tests: [] });
 * if (!xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')) throw new Error("XML expected");
 * ```
 */
export function junitXml(report: CiReport): string {
  requireReport("junitXml()", report);
  const { counts, durationMs, tests } = report;
  const total = counts.pass + counts.fail + counts.skip + counts.error;
  const attributes = {
    name: "sluice",
    tests: total,
    failures: counts.fail,
    errors: counts.error,
    time: seconds(durationMs),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributesText(attributes)}>`,
    ...tests.flatMap(suiteLines),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines({ name, kind, cases, startedAtMs, durationMs, output }: CiTestReport): readonly string[] {
  const count = (outcome: CiCaseReport["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  const attributes = {
    name,
    tests: cases.length,
    failures: count("fail"),
    errors: count("error"),
    skipped: count("skip"),
    time: seconds(durationMs),
    timestamp: new Date(startedAtMs).toISOString().slice(0, 19),
  };
  const each = seconds(durationMs / cases.length);
  return [
    `  <testsuite${attributesText(attributes)}>`,
    ...cases.flatMap((one) => caseLines(one, kind, `${kind}.${name}`, each)),
    ...(output.length === 0 ? [] : [`    <system-out>${escaped(output.join("\n"))}</system-out>`]),
    "  </testsuite>",
  ];
}

/** Verdicts of one test come together: each is told with its part of the test's time. */
function caseLines(one: CiCaseReport, kind: string, classname: string, time: string): readonly string[] {
  const { name, outcome, reason } = one;
  const open = `    <testcase${attributesText({ name, classname, time })}`;
  if (outcome === "pass") return [`${open}/>`];
  const told = foundAndNeeded(kind, one);
  const numbers = told === undefined ? "" : `\n${told}`;
  const inner =
    outcome === "skip"
      ? `<skipped${attributesText({ message: reason })}/>`
      : outcome === "fail"
        ? `<failure${attributesText({ message: reason, type: "failed" })}>${escaped(reason + numbers)}</failure>`
        : `<error${attributesText({ message: reason, type: "error" })}>${escaped(reason)}</error>`;
  return [`${open}>`, `      ${inner}`, "    </testcase>"];
}

function seconds(ms: number): string {
  return (Number.isFinite(ms) ? ms / 1000 : 0).toFixed(3);
}

function attributesText(attributes: { readonly [name: string]: string | number }): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(String(value)).replace(/[\n\r\t]/g, (sign) => `&#${sign.charCodeAt(0)};`)}"`,
    )
    .join("");
}

/** Text within XML 1.0: signs that it cannot hold at all become U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
