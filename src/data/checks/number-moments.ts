/** The mean and standard deviation (divisor n − 1) of finite numbers, with the least and greatest. */
export interface NumberMoments {
  readonly n: number;
  readonly mean: number;
  /** Undefined for fewer than two numbers. */
  readonly sd: number | undefined;
  readonly min: number;
  readonly max: number;
}

/**
 * The moments of finite numbers in two passes: deviations are taken from the mean, so that data like 10⁹ ± 1 lose nothing that matters
 * (the corrected two-pass algorithm: T. Chan, G. Golub and R. LeVeque, 1983). `undefined` where there are none or the sums overflow.
 */
export function numberMoments(values: ArrayLike<number>): NumberMoments | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const origin = values[0] as number;
  let min = origin;
  let max = origin;
  let shifted = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    shifted += value - origin;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  const mean = origin + shifted / n;
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (values[i] as number) - mean;
    squares += deviation * deviation;
    rest += deviation;
  }
  const variance = (squares - (rest * rest) / n) / (n - 1);
  if (!Number.isFinite(mean) || (n > 1 && !Number.isFinite(variance))) return undefined;
  return { n, mean, sd: n > 1 ? Math.sqrt(Math.max(0, variance)) : undefined, min, max };
}
