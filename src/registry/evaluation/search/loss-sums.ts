import { normalSf } from "../../../stats/distributions/normal.ts";
import { studentTSf } from "../../../stats/distributions/student-t.ts";

/** Rows, the sum of their losses and that of the squares; losses less their overall mean, so that nothing cancels. */
export interface LossSums {
  readonly rows: number;
  readonly sum: number;
  readonly squares: number;
}

/** The rows of one that are not of the other, its part. */
export function without(whole: LossSums, part: LossSums): LossSums {
  return { rows: whole.rows - part.rows, sum: whole.sum - part.sum, squares: whole.squares - part.squares };
}

export function meanOf({ rows, sum }: LossSums): number {
  return sum / rows;
}

/** The standard error of the difference of two means, each with its own variance. */
export function errorOf(a: LossSums, b: LossSums): number {
  return Math.sqrt(varianceOf(a) / a.rows + varianceOf(b) / b.rows);
}

/**
 * The one-sided p-value of the first rows losing more on average than the second: the larger one of Welch's test (1947) and of the normal limit of the permutation
 * test. Losses are skewed: to the right Welch's upper tail is too cautious and the permutation's limit too bold, to the left it is the other way round.
 */
export function worseThan(a: LossSums, b: LossSums): number {
  const gap = meanOf(a) - meanOf(b);
  if (!(gap > 0) || a.rows < 2 || b.rows < 2) return 1;
  const rows = a.rows + b.rows;
  const mean = (a.sum + b.sum) / rows;
  const pooled = Math.max(0, (a.squares + b.squares) / rows - mean * mean);
  const permuted = pooled === 0 ? 1 : normalSf(gap / Math.sqrt(pooled * (1 / a.rows + 1 / b.rows)));
  const [ofA, ofB] = [varianceOf(a) / a.rows, varianceOf(b) / b.rows];
  if (ofA + ofB === 0) return permuted;
  const dof = (ofA + ofB) ** 2 / (ofA ** 2 / (a.rows - 1) + ofB ** 2 / (b.rows - 1));
  return Math.max(permuted, studentTSf(gap / Math.sqrt(ofA + ofB), dof));
}

function varianceOf({ rows, sum, squares }: LossSums): number {
  return Math.max(0, (squares - (sum * sum) / rows) / (rows - 1));
}
