import { SluiceError } from "../../core/errors.ts";

/** Which way the paths are to leave: to one side only, or to either. */
export type KsSides = "one" | "both";

/**
 * The exact probability that n·m·D of two samples without ties is at least `gap` (an integer), for D the largest difference to either side
 * or to one given side.
 *
 * Equal sizes: the alternating sum of J. L. Hodges (1958) by Horner's scheme, all factors positive. Else: the recursion of
 * T. Viehmann (arXiv 2102.08037) for the complement, which neither overflows nor cancels, kept to one column and to the band.
 */
export function ksExactSf(gap: number, n: number, m: number, sides: KsSides): number {
  if (gap <= 0) return 1;
  if (n === m) return sides === "one" ? crossing(gap / n, n, 1) : Math.min(1, equalSizes(gap / n, n));
  // Beyond this distance the probability is below the smallest double.
  if ((2 * gap * (gap / n / m)) / (n + m) > 760) return 0;
  const cells = ksExactCells(gap, n, m, sides);
  if (cells > 2 ** 32) {
    throw new SluiceError("argument/invalid", {
      found: `samples of ${n} and ${m}, for which an exact p-value takes ${cells} steps`,
      expected: 'at most 2^32 steps for method "exact"',
      fix: 'Use method "auto".',
    });
  }
  return Math.min(1, throughTheBand(gap, n, m, sides));
}

/** The lattice cells that {@link ksExactSf} visits. */
export function ksExactCells(gap: number, n: number, m: number, sides: KsSides): number {
  return n === m ? n : Math.min(n * m, gap + otherSide(gap, n, m, sides));
}

/** How far the band reaches away from the boundary: paths that touch it and also go further than this are 1e-17 of those that touch it. */
function otherSide(gap: number, n: number, m: number, sides: KsSides): number {
  return sides === "both" ? gap : Math.ceil(4.4 * Math.sqrt(n * m * (n + m)));
}

function equalSizes(h: number, n: number): number {
  let p = 0;
  for (let k = Math.floor(n / h); k >= 1; k--) p = crossing(h, n, k) * (1 - p);
  return 2 * p;
}

/** C(2n, n − k·h) / C(2n, n − (k − 1)·h): of the paths that crossed k − 1 times, the share that cross again. */
function crossing(h: number, n: number, k: number): number {
  let factor = 1;
  for (let j = 0; j < h; j++) factor *= (n - (k - 1) * h - j) / (n + (k - 1) * h + j + 1);
  return factor;
}

/** The chance that a random lattice path from (0, 0) to (n, m) touches i·m − j·n ≥ gap or (both) ≤ −gap; beyond the boundary it has: 1. */
function throughTheBand(gap: number, n: number, m: number, sides: KsSides): number {
  const away = otherSide(gap, n, m, sides);
  const column = new Float64Array(m + 1).fill(sides === "both" ? 1 : 0);
  for (let i = 0; i <= n; i++) {
    const low = Math.max(0, Math.floor((i * m - gap) / n) + 1);
    const high = Math.min(m, Math.ceil((i * m + away) / n) - 1);
    let before = 1;
    for (let j = low; j <= high; j++) {
      before = i + j === 0 ? 0 : (i * (column[j] as number) + j * before) / (i + j);
      column[j] = before;
    }
  }
  return column[m] as number;
}
