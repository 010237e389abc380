import { isSluiceError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { Claim, MaterializationLog } from "./materialization-log.ts";

/** How a lease is waited for and kept. */
export interface ClaimOptions {
  readonly leaseMs: number;
  /** Waits while another has it, instead of `features/busy`. */
  readonly wait: boolean;
  readonly signal?: AbortSignal;
}

/** Runs work under the lease of a view: renewed while the work lasts, given up when it ends. Errors: `features/busy`. */
export async function holdClaim<R>(
  log: MaterializationLog,
  view: string,
  options: ClaimOptions,
  work: (claim: Claim) => Promise<R>,
): Promise<R> {
  const claim = await take(log, view, options);
  let renewing = false;
  const renew = async (): Promise<void> => {
    if (renewing) return; // a store that answers late is not asked for more meanwhile
    renewing = true;
    try {
      await log.renew(claim);
    } catch {
      // A renewal that fails is made up for by the next one; a lease that was lost shows at the next record.
    } finally {
      renewing = false;
    }
  };
  const renewal = setInterval(() => void renew(), options.leaseMs / 3);
  let result: R;
  try {
    result = await work(claim);
  } catch (error) {
    clearInterval(renewal);
    // What failed is told, not that the lease could not be given up for the same reason: it runs out.
    await log.release(claim).catch(() => undefined);
    throw error;
  }
  clearInterval(renewal);
  await log.release(claim);
  return result;
}

async function take(log: MaterializationLog, view: string, { leaseMs, wait, signal }: ClaimOptions): Promise<Claim> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await log.claim(view, leaseMs);
    } catch (error) {
      if (!wait || !isSluiceError(error, "features/busy")) throw error;
    }
    await pause(Math.min(leaseMs / 4, 500), signal);
  }
}
