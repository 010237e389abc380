import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isRedisInstalled, startRedis } from "../test/support/start-redis.ts";
import { counted, report } from "./counts.ts";
import { root } from "./entries.ts";
import { run } from "./run.ts";
import { type FoundRuntime, runtimes } from "./runtimes.ts";

// Runs test/runtime/suite.ts on Node 22, 24, 26, Deno and Bun, against the sources, and compares what they computed; then its cases that need a
// Redis server, against one started for them.

interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly values: Readonly<Record<string, string>>;
}

async function runSuite(found: FoundRuntime, redisPort?: number): Promise<Outcome> {
  if ("reason" in found) {
    console.log(`not ok ${found.name}: could not be fetched: ${found.reason}`);
    return { name: found.name, passed: 0, failed: 1, values: {} };
  }
  const { runtime } = found;
  const name = redisPort === undefined ? found.name : `${found.name} with Redis`;
  const tempDir = realpathSync(mkdtempSync(`${tmpdir()}/sluice-runtime-`));
  const port = redisPort === undefined ? [] : [String(redisPort)];
  const args = [...runtime.args(tempDir, redisPort), `${root}test/runtime/suite.ts`, tempDir, ...port];
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

/** The suite on every runtime against a Redis server; where none is installed, skipped (a failure with SLUICE_REQUIRE_SERVERS=1). */
async function onRedis(all: readonly FoundRuntime[]): Promise<{ outcomes: readonly Outcome[]; skipped: number }> {
  if (!isRedisInstalled()) {
    const required = process.env["SLUICE_REQUIRE_SERVERS"] === "1";
    console.log(`${required ? "not ok" : "SKIPPED"} with Redis: install it with: apt-get install redis-server`);
    return required
      ? { outcomes: [{ name: "with Redis", passed: 0, failed: 1, values: {} }], skipped: 0 }
      : { outcomes: [], skipped: all.length };
  }
  const server = await startRedis([]);
  try {
    const outcomes: Outcome[] = [];
    for (const found of all) outcomes.push(await runSuite(found, server.port));
    return { outcomes, skipped: 0 };
  } finally {
    await server.stop();
  }
}

const all = await runtimes();
const plain: Outcome[] = [];
for (const found of all) plain.push(await runSuite(found));
const { outcomes: onServer, skipped } = await onRedis(all);
let different = 0;
for (const outcomes of [plain, onServer]) {
  for (const name of differing(outcomes)) {
    const values = outcomes.map((outcome) => `  ${outcome.name}: ${outcome.values[name] ?? "absent"}`);
    console.log(`not ok the same on every runtime: ${name}\n${values.join("\n")}`);
    different++;
  }
}
if (different === 0) console.log("ok what the cases computed is the same on every runtime");
const outcomes = [...plain, ...onServer];
report(
  counted({
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, different === 0 ? 1 : 0),
    failed: outcomes.reduce((sum, outcome) => sum + outcome.failed, different),
    skipped,
  }),
);
