import { keep, quantileOf } from "../measure.ts";

const rounds = 30;

/**
 * Milliseconds of a request of each reader, all of them in turn so that the machine's drift meets all alike: the medians of the calmest round, since
 * other load on the machine only ever adds time.
 */
export async function medians(
  readers: readonly ((request: number) => Promise<number>)[],
  requests: number,
): Promise<readonly number[]> {
  const best = readers.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round <= rounds; round++) {
    const times = readers.map((): number[] => []);
    for (let request = 0; request < requests; request++) {
      for (const [i, read] of readers.entries()) {
        const start = performance.now();
        keep(await read(round * requests + request));
        times[i]?.push(performance.now() - start);
      }
    }
    if (round === 0) continue; // the code is compiled meanwhile
    times.forEach((own, i) => {
      best[i] = Math.min(best[i] ?? 0, quantileOf(own, 0.5));
    });
  }
  return best;
}
