/** What lies between the distribution functions F and G of two sorted samples. */
export interface Gaps {
  /** max |F − G|, as the whole number n·m·|F − G| while n·m is below 2^53. */
  readonly largest: number;
  /** ∫ |F − G|, in `unit`. */
  readonly area: number;
  /** ∫ (F − G)², in `unit`. */
  readonly squares: number;
  /** What the integrals are to be multiplied by: 4 for samples farther apart than the largest double, else 1. */
  readonly unit: 1 | 4;
}

/**
 * Walks two sorted samples once. The loop has no branch that depends on which sample comes next, since the processor would guess wrong at
 * every other value; ties need no loop of their own, since steps of no width change nothing and are not looked at for the largest gap.
 */
export function gapsOfSorted(x: ArrayLike<number>, y: ArrayLike<number>): Gaps {
  const gaps = walk(x, y);
  if (!isTooWide(x, y)) return { ...gaps, unit: 1 };
  const quarter = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, (value) => value / 4);
  // The largest gap is that of the values themselves, of which the smallest would fall together.
  return { ...walk(quarter(x), quarter(y)), largest: gaps.largest, unit: 4 };
}

/** Whether both samples are finite and the width of their range is not. */
function isTooWide(x: ArrayLike<number>, y: ArrayLike<number>): boolean {
  const low = Math.min(x[0] as number, y[0] as number);
  const high = Math.max(x[x.length - 1] as number, y[y.length - 1] as number);
  return Number.isFinite(low) && Number.isFinite(high) && !Number.isFinite(high - low);
}

function walk(x: ArrayLike<number>, y: ArrayLike<number>): Omit<Gaps, "unit"> {
  const n = x.length;
  const m = y.length;
  const inverse = 1 / n / m;
  let i = 0;
  let j = 0;
  let last = Math.min(x[0] as number, y[0] as number);
  let largest = 0;
  let area = 0;
  let squares = 0;
  while (i < n && j < m) {
    const a = x[i] as number;
    const b = y[j] as number;
    const value = a < b ? a : b;
    const gap = Math.abs(i * m - j * n);
    const width = value - last;
    const piece = gap * inverse * width;
    area += piece;
    squares += gap * inverse * piece;
    if (value > last && gap > largest) largest = gap;
    last = value;
    i += a <= b ? 1 : 0;
    j += a <= b ? 0 : 1; // not b < a, which never holds for NaN: the loop would not end
  }
  const rest = i < n ? x : y;
  for (let k = i < n ? i : j; k < rest.length; k++) {
    const value = rest[k] as number;
    const gap = i < n ? n * m - k * m : n * m - k * n;
    const piece = gap * inverse * (value - last);
    area += piece;
    squares += gap * inverse * piece;
    if (value > last && gap > largest) largest = gap;
    last = value;
  }
  return { largest, area, squares };
}
