/** A smoothed series: what comes next, and how far the forecasts were off. */
export interface HoltWintersFit {
  /** The smoothing constants of level, trend and season, each in [0, 1]. */
  readonly constants: readonly [level: number, trend: number, season: number];
  readonly forecast: number;
  /** The standard deviation of the one-step errors. */
  readonly sd: number;
  readonly dof: number;
}

type Constants = [level: number, trend: number, season: number];

/** The smoothing constants lose a degree of freedom each. */
const fitted = 3;

/**
 * Fits additive Holt–Winters smoothing to a series of at least three seasons by least squares of the one-step errors, in the bounds [0, 1]:
 * the best of a coarse grid, then a pattern search (R. Hooke and T. Jeeves, 1961). The same series gives the same fit.
 */
export function fitHoltWinters(series: Float64Array, period: number): HoltWintersFit {
  const cost = (constants: Constants): number => smooth(series, period, constants).squares;
  let best: Constants = [0, 0, 0];
  let least = cost(best);
  for (const level of [0.02, 0.2, 0.6])
    for (const trend of [0, 0.1, 0.5])
      for (const season of [0, 0.2, 0.6]) {
        const found = cost([level, trend, season]);
        if (found < least) [best, least] = [[level, trend, season], found];
      }
  for (let step = 0.1; step > 0.002; ) {
    let moved = false;
    for (let axis = 0; axis < 3; axis++) {
      for (const way of [step, -step]) {
        const next: Constants = [...best];
        next[axis] = Math.max(0, Math.min(1, (next[axis] as number) + way));
        const found = cost(next);
        if (found < least) [best, least, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  const { forecast, errors } = smooth(series, period, best);
  const dof = errors - fitted;
  return { constants: best, forecast, sd: Math.sqrt(least / dof), dof };
}

/** Runs the smoothing in error-correction form; the state starts from the first two seasons, whose errors do not count. */
function smooth(
  series: Float64Array,
  period: number,
  [a, b, c]: Constants,
): { readonly squares: number; readonly errors: number; readonly forecast: number } {
  const start = startOf(series, period);
  const { seasons } = start;
  let { level, trend } = start;
  let squares = 0;
  for (let t = 2 * period; t < series.length; t++) {
    const at = t % period;
    const season = seasons[at] as number;
    const error = (series[t] as number) - (level + trend + season);
    squares += error * error;
    level += trend + a * error;
    trend += a * b * error;
    seasons[at] = season + c * (1 - a) * error;
  }
  const forecast = level + trend + (seasons[series.length % period] as number);
  return { squares, errors: series.length - 2 * period, forecast };
}

function startOf(series: Float64Array, period: number): { level: number; trend: number; seasons: Float64Array } {
  let first = 0;
  let second = 0;
  for (let i = 0; i < period; i++) {
    first += (series[i] as number) / period;
    second += (series[period + i] as number) / period;
  }
  const trend = (second - first) / period;
  const middle = (first + second) / 2;
  const lineAt = (t: number): number => middle + trend * (t - (period - 0.5));
  const seasons = new Float64Array(period);
  for (let i = 0; i < period; i++)
    seasons[i] = ((series[i] as number) - lineAt(i) + (series[period + i] as number) - lineAt(period + i)) / 2;
  return { level: lineAt(2 * period - 1), trend, seasons };
}
