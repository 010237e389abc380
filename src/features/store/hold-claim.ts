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
  const renewal = setInterval(() => {
    // A renewal that fails is made up for by the next one; a lease that was lost shows at the next record.
    log.renew(claim).catch(() => undefined);
  }, options.leaseMs / 3);
  try {
    return await work(claim);
  } finally {
    clearInterval(renewal);
    await log.release(claim);
  }
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
