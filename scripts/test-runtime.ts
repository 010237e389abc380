import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { counted, report } from "./counts.ts";
import { root } from "./entries.ts";
import { run } from "./run.ts";
import { type FoundRuntime, runtimes } from "./runtimes.ts";

// Runs test/runtime/suite.ts on Node 22, 24, 26, Deno and Bun, against the sources, and compares what they computed.

interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly values: Readonly<Record<string, string>>;
}

async function runSuite(found: FoundRuntime): Promise<Outcome> {
  if ("reason" in found) {
    console.log(`not ok ${found.name}: could not be fetched: ${found.reason}`);
    return { name: found.name, passed: 0, failed: 1, values: {} };
  }
  const { name, runtime } = found;
  const tempDir = realpathSync(mkdtempSync(`${tmpdir()}/sluice-runtime-`));
  const args = [...runtime.args(tempDir), `${root}test/runtime/suite.ts`, tempDir];
  const finished = await run(runtime.program, args, { timeoutMs: 300_000 });
  rmSync(tempDir, { recursive: true, force: true });
  const lines = finished.stdout.trimEnd().split("\n");
  const summary = summaryIn(lines.at(-1) ?? "");
  const crashed = summary === undefined || (finished.code !== 0 && summary.failed === 0);
  const failed = (summary?.failed ?? 0) + (crashed ? 1 : 0);
  console.log(`${failed === 0 ? "ok" : "not ok"} ${name}: ${summary?.passed ?? 0} passed, ${failed} failed`);
  if (failed > 0) console.log(`${lines.join("\n")}\n${finished.stderr}`);
  return { name, passed: summary?.passed ?? 0, failed, values: summary?.values ?? {} };
}

function summaryIn(line: string): Omit<Outcome, "name"> | undefined {
  return line.startsWith('{"passed":') ? (JSON.parse(line) as Omit<Outcome, "name">) : undefined;
}

/** The names of values that are not the same on every runtime that computed them. */
function differing(outcomes: readonly Outcome[]): readonly string[] {
  const names = new Set(outcomes.flatMap((outcome) => Object.keys(outcome.values)));
  return [...names].filter((name) => {
    const complete = outcomes.filter((outcome) => outcome.failed === 0);
    return new Set(complete.map((outcome) => outcome.values[name] ?? "absent")).size > 1;
  });
}

const outcomes: Outcome[] = [];
for (const found of await runtimes()) outcomes.push(await runSuite(found));
const different = differing(outcomes);
for (const name of different) {
  const values = outcomes.map((outcome) => `  ${outcome.name}: ${outcome.values[name] ?? "absent"}`);
  console.log(`not ok the same on every runtime: ${name}\n${values.join("\n")}`);
}
if (different.length === 0) console.log("ok what the cases computed is the same on every runtime");
report(
  counted({
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, different.length === 0 ? 1 : 0),
    failed: outcomes.reduce((sum, outcome) => sum + outcome.failed, different.length),
  }),
);
