/**
 * The probability that the U statistic of two samples of n and m values without ties is at least u: the counts of all orders, built up
 * one row at a time as probabilities (H. B. Mann and D. R. Whitney, 1947), only as far out as the smaller tail needs.
 */
export function mannWhitneySf(u: number, n: number, m: number): number {
  const most = n * m - Math.ceil(u);
  if (most < 0) return 0;
  return 2 * most < n * m ? atMost(most, n, m) : 1 - atMost(Math.ceil(u) - 1, n, m);
}

/** About how many steps {@link mannWhitneySf} takes. */
export function mannWhitneySteps(n: number, m: number): number {
  return (n * m) ** 2 / 4;
}

/** P(U ≤ most). */
function atMost(most: number, n: number, m: number): number {
  if (most < 0) return 0;
  const small = Math.min(n, m);
  const large = Math.max(n, m);
  const shares = Array.from({ length: small + 1 }, (_, a) => new Float64Array(Math.min(a * large, most) + 1));
  for (const share of shares) share[0] = 1;
  for (let b = 1; b <= large; b++) {
    for (let a = 1; a <= small; a++) {
      const share = shares[a] as Float64Array;
      const fewer = shares[a - 1] as Float64Array;
      const end = Math.min(a * b, most);
      for (let k = 0; k <= end; k++) share[k] = (a * (fewer[k - b] ?? 0) + b * (share[k] as number)) / (a + b);
    }
  }
  let sum = 0;
  for (const share of shares[small] as Float64Array) sum += share;
  return sum;
}
