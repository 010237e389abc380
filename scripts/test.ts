import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { type Counts, countLine, counted, countsIn, total } from "./counts.ts";
import { run } from "./run.ts";
import { vitestOutcome } from "./vitest-counts.ts";

// `npm test`: every check, in this order, stopping at the first step that fails. The last line counts what ran:
// each unit test, each case on each runtime, each package check, each example; a tool counts as one.

const servers = process.env["SLUICE_REQUIRE_SERVERS"] === "1";

interface Step {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  /** Reads the counts from where the step left them; without it, the step counts as one check. */
  readonly counts?: (stdout: string) => Counts | undefined;
}

const folder = mkdtempSync(`${tmpdir()}/sluice-test-`);
const vitestReport = `${folder}/vitest.json`;

const steps: readonly Step[] = [
  { name: "types", script: "types" },
  { name: "lint, layers and house rules", script: "lint" },
  { name: "unused code and dependencies", script: "knip" },
  {
    name: "unit, property and contract tests",
    script: "test:unit",
    args: ["--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`],
    counts: () => unitCounts(),
  },
  { name: "statistics against their oracle", script: "oracle", counts: (stdout) => required(countsIn(stdout)) },
  { name: "package", script: "test:package", counts: countsIn },
  { name: "examples", script: "test:examples", args: ["--built"], counts: countsIn },
  { name: "main job, twice", script: "test:demo", args: ["--built"], counts: countsIn },
  { name: "API documentation", script: "docs" },
  { name: "runtimes", script: "test:runtime", counts: countsIn },
];

/** The counts of vitest; a suite that was skipped for want of a server is named, and fails where servers are required. */
function unitCounts(): Counts | undefined {
  if (!existsSync(vitestReport)) return undefined;
  const { counts, skipped } = vitestOutcome(vitestReport);
  for (const name of skipped) console.log(`  SKIPPED ${name}`);
  return required(counts);
}

/** What was skipped for want of a program counts as failed where programs are required. */
function required(counts: Counts | undefined): Counts | undefined {
  if (!servers || counts === undefined || counts.skipped === 0) return counts;
  console.log("  SLUICE_REQUIRE_SERVERS=1: a skipped test is a failure");
  return { passed: counts.passed, failed: counts.failed + counts.skipped, skipped: 0 };
}

async function runStep(step: Step): Promise<Counts> {
  const start = performance.now();
  console.log(`── ${step.name} (npm run ${step.script})`);
  const args = ["run", "--silent", step.script, ...(step.args === undefined ? [] : ["--", ...step.args])];
  const finished = await run("npm", args);
  const counts = step.counts === undefined ? undefined : step.counts(finished.stdout);
  const ok = finished.code === 0 && (counts?.failed ?? 0) === 0 && (step.counts === undefined || counts !== undefined);
  if (!ok) console.log(`${finished.stdout}${finished.stderr}`.trimEnd());
  const summed = ok ? (counts ?? counted({ passed: 1 })) : { ...counted(counts ?? {}), failed: counts?.failed || 1 };
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`   ${ok ? "ok" : "FAILED"} in ${seconds} s: ${countLine(summed)}`);
  return summed;
}

const done: Counts[] = [];
for (const step of steps) {
  const counts = await runStep(step);
  done.push(counts);
  if (counts.failed > 0) {
    console.log(`stopped at: ${step.name}`);
    break;
  }
}
rmSync(folder, { recursive: true, force: true });
const summed = total(done);
console.log(countLine(summed));
process.exitCode = summed.failed > 0 ? 1 : 0;
