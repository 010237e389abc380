import fc from "fast-check";
import { expect, test } from "vitest";
import type { CiReport } from "../../../src/workflows/ci/ci-report.ts";
import { ciMarkdown } from "../../../src/workflows/ci/ci-text.ts";
import { junitXml } from "../../../src/workflows/ci/junit-xml.ts";
import { parseXml, type XmlElement } from "../../support/parse-xml.ts";

/** What `junit-10.xsd` lets stand where, and what must: of the elements that are written. */
const grammar: {
  readonly [element: string]: { readonly must: readonly string[]; readonly within: readonly string[] };
} = {
  testsuites: { must: [], within: ["testsuite"] },
  testsuite: { must: ["name", "tests"], within: ["testcase", "system-out"] },
  testcase: { must: ["name", "classname"], within: ["skipped", "error", "failure"] },
  failure: { must: [], within: [] },
  error: { must: [], within: [] },
  skipped: { must: [], within: [] },
  "system-out": { must: [], within: [] },
};

function requireJunit({ name, attributes, children }: XmlElement): void {
  const rule = grammar[name];
  if (rule === undefined) throw new Error(`no element ${name} in JUnit`);
  for (const wanted of rule.must) if (attributes[wanted] === undefined) throw new Error(`${name} without ${wanted}`);
  for (const child of children) {
    if (!rule.within.includes(child.name)) throw new Error(`${child.name} within ${name}`);
    requireJunit(child);
  }
}

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("]]>", "<a b='\"&'>", "\u0000\ud800\n\t"),
);
const anyCase = fc.record({
  name: anyText,
  outcome: fc.constantFrom("pass", "fail", "skip", "error"),
  reason: anyText,
});
const anyTest = fc.record({
  name: anyText,
  kind: anyText,
  outcome: fc.constantFrom("pass", "fail", "skip", "error"),
  startedAtMs: fc.integer({ min: 0, max: 4e12 }),
  durationMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
  cases: fc.array(anyCase, { minLength: 1, maxLength: 4 }),
  output: fc.array(anyText, { maxLength: 2 }),
});

function reportOf(tests: CiReport["tests"]): CiReport {
  const counts = { pass: 0, fail: 0, skip: 0, error: 0 };
  for (const { cases } of tests) for (const { outcome } of cases) counts[outcome] += 1;
  return { kind: "ci-report", schema: 1, outcome: "failed", startedAtMs: 0, durationMs: 1, counts, tests };
}

test("whatever texts are in a report, its XML is well-formed, JUnit's, and says the same", () => {
  fc.assert(
    fc.property(fc.array(anyTest, { maxLength: 3 }), (tests) => {
      const report = reportOf(tests);
      const root = parseXml(junitXml(report));
      requireJunit(root);
      expect(root.children).toHaveLength(tests.length);
      const cases = root.children.flatMap(({ children }) => children.filter(({ name }) => name === "testcase"));
      expect(root.attributes["tests"]).toBe(String(cases.length));
      const verdicts = cases.map(({ children }) => children[0]?.name ?? "pass");
      const words = { pass: "pass", fail: "failure", skip: "skipped", error: "error" } as const;
      expect(verdicts).toEqual(tests.flatMap((one) => one.cases.map(({ outcome }) => words[outcome])));
      for (const suite of root.children) {
        const failures = suite.children.filter(({ children }) => children[0]?.name === "failure").length;
        expect(suite.attributes["failures"]).toBe(String(failures));
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("texts that XML can hold come back as they were, line ends in attributes too", () => {
  const reason = 'auc 0.61 < 0.7 & "more"\nsecond line';
  const xml = junitXml(
    reportOf([
      {
        name: "n",
        kind: "gate",
        outcome: "fail",
        startedAtMs: 0,
        durationMs: 10,
        cases: [{ name: "threshold", outcome: "fail", reason, measured: 0.61, bound: 0.7 }],
        output: ["a > b"],
      },
    ]),
  );
  const [suite] = parseXml(xml).children;
  const failure = suite?.children[0]?.children[0];
  expect(failure?.attributes["message"]).toBe(reason);
  expect(failure?.text).toBe(`${reason}\nfound 0.61, needed 0.7`);
  expect(suite?.children[1]?.text).toBe("a > b");
  expect(suite?.attributes["timestamp"]).toBe("1970-01-01T00:00:00");
});

test("texts cannot break out of the Markdown: no line, cell, link or HTML of their own", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const report = reportOf([
        {
          name: text,
          kind: "data",
          outcome: "fail",
          startedAtMs: 0,
          durationMs: 0,
          cases: [{ name: text, outcome: "fail", reason: text }],
          output: [],
        },
      ]);
      const lines = ciMarkdown(report).split("\n");
      expect(lines.filter((line) => line.startsWith("|"))).toHaveLength(3);
      expect(lines.filter((line) => line.startsWith("- "))).toHaveLength(1);
      expect(lines.join("\n")).not.toMatch(/(?<!\\)[<[]/);
      expect(lines[6]?.match(/(?<!\\)\|/g) ?? []).toHaveLength(5);
    }),
    { seed: 7, numRuns: 200 },
  );
});
