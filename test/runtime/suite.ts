import { mkdirSync, readdirSync } from "node:fs";
import process from "node:process";
import type { RuntimeCase } from "./runtime-case.ts";

// Runs every case of cases/ on the runtime that started this file: `<runtime> suite.ts <an empty folder>`; with the port of a Redis server
// after it, those of server-cases/ instead.
// Prints `ok name` or `not ok name` a case, then one line of JSON.

const tempDir = process.argv[2];
if (tempDir === undefined) throw new Error("say where cases may write: suite.ts <an empty folder>");

/** What the last line holds. */
export interface SuiteSummary {
  readonly passed: number;
  readonly failed: number;
  /** What the cases returned, by name: the same on every runtime. */
  readonly values: Readonly<Record<string, string>>;
}

async function allCases(): Promise<readonly RuntimeCase[]> {
  const folder = new URL("./cases/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(
    files.sort().map((file) => import(new URL(file, folder).href) as Promise<{ cases: readonly RuntimeCase[] }>),
  );
  return modules.flatMap((module) => module.cases);
}

async function runAll(cases: readonly RuntimeCase[], folder: string): Promise<SuiteSummary> {
  const values: Record<string, string> = {};
  let failed = 0;
  for (const [i, runtimeCase] of cases.entries()) {
    const own = `${folder}/${i}`;
    mkdirSync(own);
    try {
      const value = await runtimeCase.run({ tempDir: own });
      if (value !== undefined) values[runtimeCase.name] = value;
      console.log(`ok ${runtimeCase.name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${runtimeCase.name}`);
      console.log(error instanceof Error ? error.stack : String(error));
    }
  }
  return { passed: cases.length - failed, failed, values };
}

async function serverCases(port: number): Promise<readonly RuntimeCase[]> {
  const { casesOn } = await import("./server-cases/redis-server.ts");
  return casesOn(port);
}

const port = process.argv[3];
const summary = await runAll(port === undefined ? await allCases() : await serverCases(Number(port)), tempDir);
console.log(JSON.stringify(summary));
process.exitCode = summary.failed > 0 ? 1 : 0;
