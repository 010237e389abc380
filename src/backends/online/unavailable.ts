import { SluiceError } from "../../core/errors.ts";

/** How long a server may take to answer, milliseconds, where the host does not say. */
export const defaultTimeoutMs = 5000;

const longestTimerMs = 2 ** 31 - 1;

/** Throws `argument/invalid` for what is no time to wait. */
export function requireTimeout(timeoutMs: number, usualMs: number = defaultTimeoutMs): number {
  if (timeoutMs > 0 && timeoutMs <= longestTimerMs) return timeoutMs;
  throw new SluiceError("argument/invalid", {
    found: `timeoutMs ${timeoutMs}`,
    expected: `milliseconds above 0, at most ${longestTimerMs}`,
    fix: `Leave it out for ${usualMs} ms.`,
  });
}

/**
 * The outcome of work on a server, or `store/unavailable` where it takes longer. What was sent is not taken back: the server may still do
 * it when it answers again.
 */
export async function withinTimeout<T>(server: string, timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(server, `no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of a server that cannot be reached or does not answer now. */
export function unavailable(server: string, found: string, cause?: unknown): SluiceError {
  return new SluiceError("store/unavailable", {
    found: `${found} (${server})`,
    expected: "a server that answers",
    fix: "Call again when it does: rows and events may be written any number of times. Nothing has to be opened anew.",
    cause,
  });
}

/** The error of a use after close(). */
export function closedStore(): SluiceError {
  return new SluiceError("workspace/closed", {
    found: "an online store that was closed",
    expected: "an open one",
    fix: "Make another on the same client.",
  });
}
