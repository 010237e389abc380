import type { Random } from "../../core/random.ts";
import { busy, type WaitBudget } from "../sql/wait-budget.ts";
import { isBusy } from "./sqlite-errors.ts";

/**
 * Calls `attempt` until another connection's lock no longer stops it. It waits between the calls without blocking the
 * event loop (SQLite's own busy timeout would), a random while that gets shorter the longer it has waited, so that whoever waits longest comes first.
 *
 * Throws `metadata/busy` at the deadline and `metadata/aborted`; any other error passes.
 */
export async function retryWhileBusy<T>(attempt: () => T, budget: WaitBudget, random: Random): Promise<T> {
  for (;;) {
    budget.check();
    const tried = tryOnce(attempt);
    if ("value" in tried) return tried.value;
    if (budget.remainingMs() === 0) throw busy(budget.waitedMs(), tried.busy);
    await budget.sleep(random.next() * longestPauseMs(budget.waitedMs()));
  }
}

function tryOnce<T>(attempt: () => T): { readonly value: T } | { readonly busy: unknown } {
  try {
    return { value: attempt() };
  } catch (error) {
    if (isBusy(error)) return { busy: error };
    throw error;
  }
}

function longestPauseMs(waitedMs: number): number {
  if (waitedMs > 500) return 1;
  return waitedMs > 100 ? 3 : 6;
}
