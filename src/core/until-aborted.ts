/**
 * The values of an iterable until a signal aborts, also while the next one is awaited: then the iterable is told to stop, and not waited for,
 * since it may never answer.
 */
export async function* untilAborted<T>(values: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (signal === undefined) return yield* values;
  const iterator = values[Symbol.asyncIterator]();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  aborted.catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([iterator.next(), aborted]);
      ended = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    const stopped = ended ? undefined : iterator.return?.();
    if (signal.aborted) stopped?.catch(() => undefined);
    else await stopped;
  }
}
