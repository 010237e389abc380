/** The variance of x − factor·y from the moments of x and y; 0 where rounding alone could have left what is there. */
export function varianceOfDifference(varianceX: number, covariance: number, varianceY: number, factor: number): number {
  const both = 2 * factor * covariance;
  const ofY = factor * factor * varianceY;
  const unit = 2 * Number.EPSILON;
  const rounding = unit * varianceX + unit * Math.abs(both) + unit * ofY;
  const variance = varianceX - both + ofY;
  return variance <= rounding ? 0 : variance;
}
