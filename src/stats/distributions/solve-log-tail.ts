/** A tail's logarithm at a point, and its slope there. */
export interface LogTail {
  readonly log: number;
  readonly slope: number;
}

/**
 * Finds the w at which the logarithm of a tail is `target` (at most ln ½ or so), by Newton's steps. The tails of gamma and beta variables are
 * log-concave on the scales ln x and ln(x/(1 − x)), so the steps approach monotonically from the thinner side, after at most one
 * that overshoots.
 */
export function solveLogTail(at: (w: number) => LogTail, target: number, start: number): number {
  let w = start;
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200; i++) {
    const { log, slope } = at(w);
    const step = (target - log) / slope;
    if (!Number.isFinite(step)) return w;
    w += step;
    const size = Math.abs(step);
    if (size <= 4e-16 * Math.abs(w) || (size < 1e-9 && size >= last)) return w;
    last = size;
  }
  return w;
}
