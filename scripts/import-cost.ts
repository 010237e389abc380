import { performance } from "node:perf_hooks";
import { run } from "./run.ts";

/** Milliseconds that a process takes to start, import and end. */
export interface ImportCost {
  /** Median of an empty script. */
  readonly emptyMs: number;
  /** Median of the script with the import. */
  readonly withImportMs: number;
  /** The median of the differences between neighbouring runs, which a machine's drift does not move. */
  readonly extraMs: number;
}

/** Measures what importing a module costs over an empty script, by running both in turn; `cwd` must resolve the name. */
export async function importCost(specifier: string, cwd: string, rounds = 15): Promise<ImportCost> {
  const empty: number[] = [];
  const loaded: number[] = [];
  for (let i = 0; i < rounds; i++) {
    empty.push(await timed("", cwd));
    loaded.push(await timed(`import ${JSON.stringify(specifier)};`, cwd));
  }
  return {
    emptyMs: median(empty),
    withImportMs: median(loaded),
    extraMs: median(loaded.map((ms, i) => ms - (empty[i] ?? Number.NaN))),
  };
}

async function timed(code: string, cwd: string): Promise<number> {
  const start = performance.now();
  const finished = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd });
  if (finished.code !== 0) throw new Error(`could not run ${code}: ${finished.stderr}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
