/** The most additions that {@link cramerVonMisesExactSf} makes (about 2 s). */
const mostSteps = 1_000_000_000;
/** The most counts that it holds at a time (160 MB). */
const mostCells = 20_000_000;
/** The most rows of both samples: a number of paths must stay a finite double. */
const mostRows = 1000;

/** The sums of squared gaps with which lattice paths arrive at a point: least, least + stride, … and how many paths have each. */
interface Arrivals {
  readonly least: number;
  readonly counts: Float64Array;
}

/** How large the tables are: the least and the largest sum at each point, and the common step of all sums. */
interface Plan {
  readonly half: number;
  readonly stride: number;
  readonly steps: number;
  readonly cells: number;
}

/** Whether {@link cramerVonMisesExactSf} takes samples of these sizes: equal sizes to about 100, others to about 30, more where they share factors. */
export function cramerVonMisesExactFits(n: number, m: number): boolean {
  if (n + m > mostRows) return false;
  const { steps, cells } = plan(n, m, gcd(n, m));
  return steps <= mostSteps && cells <= mostCells;
}

/**
 * The exact probability that Σ (i·m − j·n)²/gcd(n, m)², over the points (i, j) of a random lattice path from (0, 0) to (n, m), is at least
 * `threshold`.
 *
 * The recursion of Y. Xiao, A. Gordon and A. Yakovlev (J. Stat. Softw. 17(8), 2006) from both ends to the middle: a path turned around
 * has the same gaps, so that one half of the table serves both, and all sums together are far fewer. Every count is a sum of positive
 * numbers, so that the smallest probability keeps its precision too.
 */
export function cramerVonMisesExactSf(threshold: number, n: number, m: number): number {
  if (threshold <= 0) return 1;
  const divisor = gcd(n, m);
  const { half, stride } = plan(n, m, divisor);
  const gap = (i: number, j: number): number => ((i * m - j * n) / divisor) ** 2;
  const [near, far] = arrivals(n, m, half, stride, gap);
  let atLeast = 0;
  let all = 0;
  for (let i = Math.max(0, half - m); i <= Math.min(n, half); i++) {
    const first = near[i] as Arrivals;
    const second = far[n - i] as Arrivals;
    const joined = joinedCounts(first, second, threshold + gap(i, half - i), stride);
    atLeast += joined.atLeast;
    all += joined.all;
  }
  return Math.min(1, atLeast / all);
}

/** Of all pairs of a path of the first and one of the second: how many there are, and how many have a sum of at least `threshold`. */
function joinedCounts(
  first: Arrivals,
  second: Arrivals,
  threshold: number,
  stride: number,
): { atLeast: number; all: number } {
  const size = second.counts.length;
  const tail = new Float64Array(size + 1);
  for (let k = size - 1; k >= 0; k--) tail[k] = (tail[k + 1] as number) + (second.counts[k] as number);
  let atLeast = 0;
  let paths = 0;
  for (let k = 0; k < first.counts.length; k++) {
    const count = first.counts[k] as number;
    if (count === 0) continue;
    const missing = Math.ceil((threshold - first.least - k * stride - second.least) / stride);
    paths += count;
    if (missing < size) atLeast += count * (tail[Math.max(0, missing)] as number);
  }
  return { atLeast, all: paths * (tail[0] as number) };
}

/** The tables of the points with i + j = half, and with i + j = n + m − half, by i. */
function arrivals(
  n: number,
  m: number,
  half: number,
  stride: number,
  gap: (i: number, j: number) => number,
): readonly [readonly (Arrivals | undefined)[], readonly (Arrivals | undefined)[]] {
  let line: (Arrivals | undefined)[] = [{ least: 0, counts: Float64Array.of(1) }];
  let near = line;
  for (let length = 1; length <= n + m - half; length++) {
    const next: (Arrivals | undefined)[] = [];
    for (let i = Math.max(0, length - m); i <= Math.min(n, length); i++) {
      next[i] = added(line[i - 1], line[i], gap(i, length - i), stride);
    }
    line = next;
    if (length === half) near = line;
  }
  return [near, line];
}

/** The paths that come from two points, at a point that adds `gap`. */
function added(from: Arrivals | undefined, or: Arrivals | undefined, gap: number, stride: number): Arrivals {
  const sources = [from, or].filter((each) => each !== undefined);
  const least = Math.min(...sources.map((each) => each.least));
  const size = Math.max(...sources.map((each) => (each.least - least) / stride + each.counts.length));
  const counts = new Float64Array(size);
  for (const source of sources) {
    const shift = (source.least - least) / stride;
    for (let k = 0; k < source.counts.length; k++) {
      counts[shift + k] = (counts[shift + k] as number) + (source.counts[k] as number);
    }
  }
  return { least: least + gap, counts };
}

function plan(n: number, m: number, divisor: number): Plan {
  const half = Math.floor((n + m) / 2);
  let least = Float64Array.of(0);
  let most = Float64Array.of(0);
  let ranges = 0;
  let cells = 0;
  let stride = 0;
  for (let length = 1; length <= n + m - half; length++) {
    const low = new Float64Array(n + 1).fill(Infinity);
    const high = new Float64Array(n + 1).fill(-Infinity);
    let here = 0;
    for (let i = Math.max(0, length - m); i <= Math.min(n, length); i++) {
      const gap = ((i * m - (length - i) * n) / divisor) ** 2;
      const left = i > 0 ? (least[i - 1] ?? Infinity) : Infinity;
      const below = least[i] ?? Infinity;
      if (left < Infinity && below < Infinity) stride = gcd(stride, Math.abs(left - below));
      low[i] = Math.min(left, below) + gap;
      high[i] = Math.max((i > 0 ? most[i - 1] : undefined) ?? -Infinity, most[i] ?? -Infinity) + gap;
      here += (high[i] as number) - (low[i] as number);
    }
    ranges += here;
    cells = Math.max(cells, here);
    least = low;
    most = high;
  }
  stride = Math.max(1, stride);
  return { half, stride, steps: (2 * ranges) / stride, cells: (2 * cells) / stride };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
