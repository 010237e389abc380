import { SluiceError } from "../../core/errors.ts";

/** How long work may take to stop by itself once its signal aborted, milliseconds. */
const graceMs = 250;

/**
 * The outcome of work on stores. Where the signal aborts, the work is given a moment to stop by itself, and is then not waited for: a store may
 * never answer. Rejects with the signal's reason; where that is a time that is up (`AbortSignal.timeout`), with `store/unavailable`.
 */
export function withinSignal<R>(signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> {
  return signal === undefined ? work() : raced(signal, work);
}

async function raced<R>(signal: AbortSignal, work: () => Promise<R>): Promise<R> {
  signal.throwIfAborted();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    abort = () => {
      timer = setTimeout(() => reject(reasonOf(signal)), graceMs);
    };
  });
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work(), over]);
  } catch (error) {
    throw signal.aborted && error === signal.reason ? reasonOf(signal) : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

function reasonOf(signal: AbortSignal): unknown {
  const { reason } = signal;
  if (!(reason instanceof Error && reason.name === "TimeoutError")) return reason;
  return new SluiceError("store/unavailable", {
    found: `work on stores that was not done within the caller's time (${reason.message})`,
    expected: "stores that answer, and leases that end, in time",
    fix: "Call again when they do; what was begun goes on where it stopped.",
    cause: reason,
  });
}
