import { performance } from "node:perf_hooks";
import { type Counts, counted } from "./counts.ts";

/** A named check: it passes by returning (a remark, at most) and fails by throwing. */
export interface Check {
  readonly name: string;
  run(): Promise<string | undefined> | string | undefined;
}

/** Runs checks in order, all of them, and prints `ok` or `not ok` with the time of each. */
export async function runChecks(checks: readonly Check[]): Promise<Counts> {
  let failed = 0;
  for (const check of checks) {
    const start = performance.now();
    const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    try {
      const remark = await check.run();
      console.log(`ok ${check.name}${remark === undefined ? "" : `: ${remark}`} (${seconds()})`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${check.name} (${seconds()})\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return counted({ passed: checks.length - failed, failed });
}
