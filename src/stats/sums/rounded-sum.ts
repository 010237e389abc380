/**
 * The correctly rounded sum of doubles whose partial sums stay finite (J. R. Shewchuk, "Adaptive precision floating-point arithmetic",
 * 1997; the rounding of the last partials as in Python's `math.fsum`).
 */
export function roundedSum(values: readonly number[]): number {
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial];
      const high = large + small;
      const low = small - (high - large);
      if (low !== 0) {
        partials[kept] = low;
        kept++;
      }
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  return roundedTop(partials);
}

/** The rounded sum of partials that do not overlap, smallest first. */
function roundedTop(partials: readonly number[]): number {
  let at = partials.length - 1;
  let high = partials[at] ?? 0;
  let low = 0;
  while (at > 0 && low === 0) {
    at--;
    const before = high;
    const next = partials[at] as number;
    high = before + next;
    low = next - (high - before);
  }
  const below = at > 0 ? (partials[at - 1] as number) : 0;
  if ((low < 0 && below < 0) || (low > 0 && below > 0)) {
    const doubled = low * 2;
    const moved = high + doubled;
    if (moved - high === doubled) high = moved;
  }
  return high + 0;
}
