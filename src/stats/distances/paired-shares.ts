import { SluiceError } from "../../core/errors.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireNonNegative, requireSameLength } from "../require-argument.ts";
import { crossDifference, exactSum, type Pair, pairSum } from "./cross-difference.ts";

/**
 * What stands in for a share of 0 under a logarithm.
 *
 * - `{ pseudocount }`: added to every cell before the shares are formed, so they still sum to 1 (0.5 is Jeffreys' prior);
 * - `{ floor }`: an empty cell gets this share and nothing is renormalised, as some peers do.
 */
export type Smoothing = { readonly pseudocount: number } | { readonly floor: number };

/** The shares of two histograms over the same cells, without the cells that are empty on both sides. */
export interface PairedShares {
  /** Shares of the reference. */
  readonly p: Float64Array;
  /** Shares of the current data. */
  readonly q: Float64Array;
  /** p − q, with its own full accuracy where p and q are nearly equal. */
  readonly difference: Float64Array;
  /** Which cell of the caller's each one is. */
  readonly cells: Int32Array;
  /** What the floors have added to Σ p − Σ q. */
  readonly excess: number;
  /** Sum of the reference counts: above 0. */
  readonly n: number;
  /** Sum of the current counts: above 0. */
  readonly m: number;
}

/**
 * The shares of two count arrays of the same binning; `notComputable` when a side is empty.
 *
 * Throws `argument/invalid` for different lengths, for negative or non-finite counts and for a sum that is not finite. Counts need not be
 * whole (weights, shares).
 */
export function pairedShares(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  smoothing?: Smoothing,
): PairedShares | NotComputable {
  requireSameLength("reference and current", reference, current);
  const cells = new Int32Array(reference.length);
  let used = 0;
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] as number;
    const b = current[i] as number;
    if (a === 0 && b === 0) continue;
    // The sum is finite only if both are; the names are made only when they are needed.
    if (!(a >= 0 && b >= 0 && a + b < Infinity)) {
      requireNonNegative(`reference[${i}]`, a);
      requireNonNegative(`current[${i}]`, b);
    }
    cells[used] = i;
    used++;
  }
  const kept = cells.subarray(0, used);
  const pseudocount = checkedPseudocount(smoothing);
  const left = sideOf("reference", reference, kept, pseudocount);
  const right = sideOf("current", current, kept, pseudocount);
  if (left.rows === 0) return notComputable("empty", "the reference has no counts");
  if (right.rows === 0) return notComputable("empty", "the current data has no counts");
  const shares = exactShares(left, right, kept);
  return smoothing !== undefined && "floor" in smoothing ? floored(shares, smoothing.floor) : shares;
}

interface Side {
  /** Counts with the pseudocount, scaled to an ordinary magnitude. */
  readonly counts: Float64Array;
  /** What adding the pseudocount lost by rounding. */
  readonly lows: Float64Array;
  readonly total: Pair;
  /** The sum of the counts as they came. */
  readonly rows: number;
}

function checkedPseudocount(smoothing: Smoothing | undefined): number {
  if (smoothing === undefined) return 0;
  if (typeof smoothing !== "object") {
    throw new SluiceError("argument/invalid", {
      found: `smoothing = ${String(smoothing)}`,
      expected: "{ pseudocount } or { floor }",
      fix: "Leave it out for a pseudocount of 0.5, or pass { pseudocount: 0 } to switch it off.",
    });
  }
  if ("floor" in smoothing) {
    requireNonNegative("floor", smoothing.floor);
    return 0;
  }
  return requireNonNegative("pseudocount", smoothing.pseudocount);
}

function sideOf(name: string, values: ArrayLike<number>, cells: Int32Array, pseudocount: number): Side {
  const counts = new Float64Array(cells.length);
  for (let i = 0; i < cells.length; i++) counts[i] = values[cells[i] as number] as number;
  const rows = pairSum(counts).high;
  const whole = rows + pseudocount * cells.length;
  if (!Number.isFinite(whole) || !Number.isFinite(rows)) {
    throw new SluiceError("argument/invalid", {
      found: `counts of the ${name} whose sum is beyond the largest double`,
      expected: "counts with a finite sum",
      fix: "Divide the counts.",
    });
  }
  // Far from 1, products of counts could overflow or lose digits: a power of two changes no share.
  const scale = whole > 2 ** -400 && whole < 2 ** 400 ? 1 : 2 ** Math.min(1000, -Math.floor(Math.log2(whole || 1)));
  const added = pseudocount * scale;
  const lows = new Float64Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const sum = exactSum((counts[i] as number) * scale, added);
    counts[i] = sum.high;
    lows[i] = sum.low;
  }
  const highs = pairSum(counts);
  const total = exactSum(highs.high, highs.low + pairSum(lows).high);
  return { counts, lows, total, rows };
}

function exactShares(left: Side, right: Side, cells: Int32Array): PairedShares {
  const p = new Float64Array(cells.length);
  const q = new Float64Array(cells.length);
  const difference = new Float64Array(cells.length);
  const totals = left.total.high * right.total.high;
  for (let i = 0; i < cells.length; i++) {
    const a = left.counts[i] as number;
    const b = right.counts[i] as number;
    p[i] = a / left.total.high;
    q[i] = b / right.total.high;
    difference[i] =
      crossDifference(a, left.lows[i] as number, right.total, b, right.lows[i] as number, left.total) / totals;
  }
  return { p, q, difference, cells, excess: 0, n: left.rows, m: right.rows };
}

function floored(shares: PairedShares, floor: number): PairedShares {
  const { p, q, difference } = shares;
  let raised = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) raised++;
    else if (q[i] === 0) raised--;
    else continue;
    if (p[i] === 0) p[i] = floor;
    else q[i] = floor;
    difference[i] = (p[i] as number) - (q[i] as number);
  }
  return { ...shares, excess: raised * floor };
}
