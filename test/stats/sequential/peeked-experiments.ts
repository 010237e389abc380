import { seededRandom } from "../../../src/core/random.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { binomialDraw } from "../../../src/stats/sampling/binomial-draw.ts";
import type { SequentialEstimate } from "../../../src/stats/sequential/sequential-estimate.ts";

/** An experiment without an effect: both arms have the same rate. */
export interface NullExperiment {
  /** The treatment's share of the rows. */
  readonly share: number;
  readonly rate: number;
  readonly rows: number;
  readonly looks: number;
}

/** Experiments, each as the difference of rates (variances not pooled) at each of its looks. */
export function peekedExperiments(
  seed: string,
  runs: number,
  experiment: NullExperiment,
): readonly (readonly SequentialEstimate[])[] {
  const { share, rate, rows, looks } = experiment;
  const random = seededRandom(seed);
  return Array.from({ length: runs }, () => {
    const seen = { n: 0, m: 0, x: 0, y: 0 };
    return Array.from({ length: looks }, () => {
      const added = binomialDraw(random, rows / looks, share);
      seen.m += added;
      seen.n += rows / looks - added;
      seen.y += binomialDraw(random, added, rate);
      seen.x += binomialDraw(random, rows / looks - added, rate);
      return differenceOf(seen);
    });
  });
}

function differenceOf({ n, m, x, y }: Readonly<Record<"n" | "m" | "x" | "y", number>>): SequentialEstimate {
  const [p, q] = [x / Math.max(n, 1), y / Math.max(m, 1)];
  const standardError = Math.sqrt((p * (1 - p)) / Math.max(n, 1) + (q * (1 - q)) / Math.max(m, 1));
  return { value: q - p, standardError, n: Math.max(n, 1), m, events: Math.min(x, n - x, y, m - y) };
}

/** The share of experiments in which the interval excluded 0 at any look. */
export function everExcludedShare(
  experiments: readonly (readonly SequentialEstimate[])[],
  intervalOf: (at: SequentialEstimate) => { readonly lower: number; readonly upper: number } | NotComputable,
): number {
  const excluded = experiments.filter((looks) =>
    looks.some((at) => {
      const found = intervalOf(at);
      return !isNotComputable(found) && (found.lower > 0 || found.upper < 0);
    }),
  );
  return excluded.length / experiments.length;
}
