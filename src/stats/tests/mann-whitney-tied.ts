/** The lower and the upper tail of the statistic, each with the observed value. */
export interface PermutationTails {
  /** P(U ≤ u). */
  readonly atMost: number;
  /** P(U ≥ u). */
  readonly atLeast: number;
}

/**
 * The exact tails of U under all ways to choose which n of the n + m values are the first sample, given the sizes of the groups of equal values, ascending:
 * the values are drawn group by group, and every chance is a sum of positive ones.
 */
export function mannWhitneyTied(u: number, n: number, groups: ArrayLike<number>): PermutationTails {
  let total = 0;
  for (let g = 0; g < groups.length; g++) total += groups[g] as number;
  const width = 2 * n * (total - n) + 1;
  let chances = Array.from({ length: n + 1 }, () => new Float64Array(width));
  (chances[0] as Float64Array)[0] = 1;
  let before = 0;
  for (let g = 0; g < groups.length; g++) {
    const size = groups[g] as number;
    const next = Array.from({ length: n + 1 }, () => new Float64Array(width));
    for (let a = 0; a <= Math.min(n, before); a++) {
      for (let s = Math.max(0, n - a - (total - before - size)); s <= Math.min(size, n - a); s++) {
        const chance = chosen(s, size, n - a, total - before);
        // Of the second sample, before − a values lie below and size − s are tied; twice U counts the tied ones once.
        addShifted(next[a + s] as Float64Array, chances[a] as Float64Array, chance, s * (2 * (before - a) + size - s));
      }
    }
    chances = next;
    before += size;
  }
  return tailsAt(chances[n] as Float64Array, Math.round(2 * u));
}

/** About how many steps {@link mannWhitneyTied} takes for samples of n and m values. */
export function mannWhitneyTiedSteps(n: number, m: number): number {
  return 4 * n * n * m * (n + m);
}

/** The chance that s of `size` values are among `wanted` that are drawn from `left`. */
function chosen(s: number, size: number, wanted: number, left: number): number {
  let chance = 1;
  let drawn = 0;
  for (let i = 0; i < size; i++) {
    const share = (wanted - drawn) / (left - i);
    // One of the C(size, s) orders, times their number as it builds up.
    if (drawn < s) {
      chance *= (share * (size - drawn)) / (drawn + 1);
      drawn++;
    } else {
      chance *= 1 - share;
    }
  }
  return chance;
}

function addShifted(to: Float64Array, from: Float64Array, chance: number, shift: number): void {
  for (let k = 0; k + shift < to.length; k++) to[k + shift] = (to[k + shift] as number) + chance * (from[k] as number);
}

function tailsAt(chances: Float64Array, at: number): PermutationTails {
  let atMost = 0;
  let atLeast = 0;
  for (let k = 0; k <= at; k++) atMost += chances[k] as number;
  for (let k = chances.length - 1; k >= at; k--) atLeast += chances[k] as number;
  return { atMost: Math.min(1, atMost), atLeast: Math.min(1, atLeast) };
}
