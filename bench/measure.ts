import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds that work takes: the median of some runs after one that does not count. */
export async function medianMs(work: () => unknown, runs: number = 5): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push(await onceMs(work));
  return quantileOf(times, 0.5);
}

/** Milliseconds that work takes at best: for targets, since other load on the machine only ever adds time. */
export async function bestMs(work: () => unknown, runs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) best = Math.min(best, await onceMs(work));
  return best;
}

/** Milliseconds that work takes, run once. */
export async function onceMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The `p` quantile (nearest rank) of some numbers. */
export function quantileOf(values: Iterable<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

/** Keeps a result from being optimised away. */
export function keep(value: number): void {
  if (value === -1.2345e-300) throw new Error("an impossible value");
}

/** Runs work with a temporary folder that is removed afterwards. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
