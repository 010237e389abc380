const levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
/** The critical values of {@link levels} are b0 + b1/√(k − 1) + b2/(k − 1): table 2 of Scholz and Stephens (1987). */
const b0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085];
const b1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615];
const b2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154];

/** A p-value from the table, and which way it is known only as a bound. */
export interface TablePValue {
  readonly pValue: number;
  readonly pValueBound?: "at-least" | "at-most";
}

/**
 * The p-value of a standardized A² of `samples` samples: a parabola in A² through the logarithms of the tabulated levels, by least squares in
 * orthogonal polynomials. Beyond the table the level of its end, as a bound.
 */
export function andersonDarlingPValue(statistic: number, samples: number): TablePValue {
  const m = samples - 1;
  const critical = b0.map((b, i) => b + (b1[i] as number) / Math.sqrt(m) + (b2[i] as number) / m);
  if (statistic < Math.min(...critical)) return { pValue: 0.25, pValueBound: "at-least" };
  if (statistic > Math.max(...critical)) return { pValue: 0.001, pValueBound: "at-most" };
  const mean = critical.reduce((sum, value) => sum + value, 0) / critical.length;
  const first = critical.map((value) => value - mean);
  const norm = dot(first, first);
  const shift =
    dot(
      critical,
      first.map((value) => value * value),
    ) / norm;
  const second = first.map((value, i) => ((critical[i] as number) - shift) * value - norm / critical.length);
  const logs = levels.map(Math.log);
  const at = statistic - mean;
  const constant = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const slope = dot(logs, first) / norm;
  const bend = dot(logs, second) / dot(second, second);
  return { pValue: Math.exp(constant + slope * at + bend * ((statistic - shift) * at - norm / critical.length)) };
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, i) => sum + value * (right[i] as number), 0);
}
