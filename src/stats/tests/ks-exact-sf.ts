/**
 * The exact probability that n·m·D of two samples without ties is at least `gap` (an integer).
 *
 * Equal sizes: the alternating sum of J. L. Hodges (1958) by Horner's scheme, all factors positive. Else: the recursion of
 * T. Viehmann (arXiv 2102.08037) for the complement, which neither overflows nor cancels, kept to one column and to the band.
 */
export function ksExactSf(gap: number, n: number, m: number): number {
  if (gap <= 0) return 1;
  return Math.min(1, Math.max(0, n === m ? equalSizes(gap / n, n) : throughTheBand(gap, n, m)));
}

function equalSizes(h: number, n: number): number {
  let p = 0;
  for (let k = Math.floor(n / h); k >= 1; k--) {
    let factor = 1;
    for (let j = 0; j < h; j++) factor *= (n - (k - 1) * h - j) / (n + (k - 1) * h + j + 1);
    p = factor * (1 - p);
  }
  return 2 * p;
}

/** The chance that a random lattice path from (0, 0) to (n, m) touches |i·m − j·n| ≥ gap; outside the band it has touched: 1. */
function throughTheBand(gap: number, n: number, m: number): number {
  const column = new Float64Array(m + 1).fill(1);
  for (let i = 0; i <= n; i++) {
    const low = Math.max(0, Math.floor((i * m - gap) / n) + 1);
    const high = Math.min(m, Math.ceil((i * m + gap) / n) - 1);
    let before = 1;
    for (let j = low; j <= high; j++) {
      before = i + j === 0 ? 0 : (i * (column[j] as number) + j * before) / (i + j);
      column[j] = before;
    }
  }
  return column[m] as number;
}
