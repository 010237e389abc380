import { SluiceError } from "../../core/errors.ts";
import type { WriteOptions } from "../../contracts/metadata-store.ts";

/** How long a write may still wait, and whether its caller has given up. */
export interface WaitBudget {
  /** Stops the wait when aborted. */
  readonly signal: AbortSignal | undefined;
  /** How long it has waited so far, milliseconds. */
  waitedMs(): number;
  /** How long it may still wait, milliseconds; never negative. */
  remainingMs(): number;
  /** Throws `metadata/aborted` or `metadata/busy` where the wait is over. */
  check(): void;
  /** Waits at most `ms` milliseconds, then {@link WaitBudget.check}s; an abort ends it at once. */
  sleep(ms: number): Promise<void>;
  /** The promise's outcome, or the error of {@link WaitBudget.check} if the wait ends first. */
  race<T>(promise: Promise<T>): Promise<T>;
}

const defaultDeadlineMs = 30_000;

/** Starts the wait of a write. Throws `argument/invalid` for a deadline that is not a number ≥ 0. */
export function waitBudget(options: WriteOptions = {}): WaitBudget {
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  if (!(deadlineMs >= 0)) {
    throw new SluiceError("argument/invalid", {
      found: `deadlineMs ${deadlineMs}`,
      expected: "milliseconds, at least 0",
      fix: "Leave it out for 30 s.",
    });
  }
  const signal = options.signal;
  const startedMs = performance.now();
  const waitedMs = (): number => performance.now() - startedMs;
  const remainingMs = (): number => Math.max(0, deadlineMs - waitedMs());
  const check = (): void => {
    if (signal?.aborted) throw aborted(signal);
    if (waitedMs() > deadlineMs) throw busy(deadlineMs);
  };
  const sleep = async (ms: number): Promise<void> => {
    await pause(Math.min(ms, remainingMs() + 1), signal);
    check();
  };
  const race = async <T>(promise: Promise<T>): Promise<T> => {
    check();
    const over = new AbortController();
    const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    const end = pause(Math.min(remainingMs() + 1, maxTimerMs), stop).then(() => "over" as const);
    try {
      const first = await Promise.race([promise.then((value) => ({ value })), end]);
      if (first !== "over") return first.value;
      check();
      throw busy(deadlineMs);
    } finally {
      over.abort();
    }
  };
  return { signal, waitedMs, remainingMs, check, sleep, race };
}

const maxTimerMs = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds, or as soon as the signal is aborted. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, maxTimerMs));
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** The error of a write whose caller gave up. */
export function aborted(signal: AbortSignal): SluiceError {
  return new SluiceError("metadata/aborted", {
    found: "an aborted signal",
    expected: "a caller that still waits for its write",
    fix: "Nothing was written; call again if it is still wanted.",
    cause: signal.reason,
  });
}

/** The error of a write that waited too long for another writer. */
export function busy(deadlineMs: number, cause?: unknown): SluiceError {
  return new SluiceError("metadata/busy", {
    found: `another writer for longer than ${Math.round(deadlineMs)} ms`,
    expected: "a metadata store that is free to write within the deadline",
    fix: "Nothing was written; look for a process that holds a transaction open, or raise deadlineMs.",
    cause,
  });
}
