/**
 * The exact probability that the one-sample Kolmogorov–Smirnov distance of n values is at least d: the number of values below t is followed
 * through every t at which it may leave the band, and what leaves is added up. All terms are positive, so the result keeps its relative
 * precision where one minus the distribution function would not; chances below 1e-30 of a step are left out. The cost grows with n·(n·d).
 */
export function ksPassageSf(d: number, n: number): number {
  const reach = n * d;
  const whole = Math.floor(reach);
  const part = reach - whole;
  const counts = new Float64Array(n + 1);
  counts[0] = 1;
  const walk = { counts, from: 0, to: 0, at: 0, left: 0 };
  for (let m = 0; m < n; m++) {
    const stops: readonly (readonly [at: number, upper: boolean])[] =
      part < 0.5
        ? [
            [m + part, false],
            [m + 1 - part, true],
          ]
        : [
            [m + 1 - part, true],
            [m + part, false],
          ];
    for (const [at, upper] of stops) {
      if (at >= n) continue;
      move(walk, at, n);
      if (upper) leaveAbove(walk, m + whole);
      else leaveBelow(walk, m - whole + 1);
    }
  }
  return Math.min(1, walk.left);
}

interface Walk {
  /** The chance of each number of values so far, without ever having left. */
  readonly counts: Float64Array;
  from: number;
  to: number;
  /** n·t. */
  at: number;
  /** The chance of having left. */
  left: number;
}

/** Lets each of the values that are still to come fall into the next stretch, independently. */
function move(walk: Walk, at: number, n: number): void {
  const { counts, from, to } = walk;
  const share = (at - walk.at) / (n - walk.at);
  walk.at = at;
  if (share <= 0) return;
  const odds = share / (1 - share);
  for (let j = to; j >= from; j--) {
    const here = counts[j] as number;
    let chance = here * (1 - share) ** (n - j);
    counts[j] = chance;
    for (let k = j + 1; k <= n && chance > here * 1e-30; k++) {
      chance *= ((n - k + 1) / (k - j)) * odds;
      counts[k] = (counts[k] as number) + chance;
      if (k > walk.to) walk.to = k;
    }
  }
}

function leaveAbove(walk: Walk, most: number): void {
  for (let k = walk.to; k > most; k--) leave(walk, k);
  walk.to = Math.min(walk.to, most);
}

function leaveBelow(walk: Walk, least: number): void {
  for (let k = walk.from; k < least; k++) leave(walk, k);
  walk.from = Math.max(walk.from, least);
}

function leave(walk: Walk, k: number): void {
  walk.left += walk.counts[k] as number;
  walk.counts[k] = 0;
}
