import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireNonNegative, requireSameLength } from "../require-argument.ts";

/** Two histograms over the same cells, without the cells that are empty on both sides. */
export interface PairedCounts {
  /** Counts of the reference, cell by cell. */
  readonly reference: Float64Array;
  /** Counts of the current data, cell by cell. */
  readonly current: Float64Array;
  /** Sum of the reference counts: above 0. */
  readonly n: number;
  /** Sum of the current counts: above 0. */
  readonly m: number;
}

/**
 * Pairs two count arrays of the same binning and drops the cells that are empty on both sides; `notComputable` when a side is empty.
 *
 * Throws `argument/invalid` for different lengths and for negative or non-finite counts. Counts need not be whole (weights, shares).
 */
export function pairedCounts(reference: ArrayLike<number>, current: ArrayLike<number>): PairedCounts | NotComputable {
  requireSameLength("reference and current", reference, current);
  const p = new Float64Array(reference.length);
  const q = new Float64Array(reference.length);
  let used = 0;
  let n = 0;
  let m = 0;
  for (let i = 0; i < reference.length; i++) {
    const a = requireNonNegative(`reference[${i}]`, reference[i] as number);
    const b = requireNonNegative(`current[${i}]`, current[i] as number);
    if (a === 0 && b === 0) continue;
    p[used] = a;
    q[used] = b;
    used++;
    n += a;
    m += b;
  }
  if (n === 0) return notComputable("empty", "the reference has no counts");
  if (m === 0) return notComputable("empty", "the current data has no counts");
  return { reference: p.subarray(0, used), current: q.subarray(0, used), n, m };
}
