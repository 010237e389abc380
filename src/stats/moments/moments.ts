/** The size, mean and variance of a sample: all that tests of means need of it. */
export interface SampleMoments {
  /** How many values there are. */
  readonly n: number;
  /** Their mean. */
  readonly mean: number;
  /** Their variance, with the divisor n − 1. */
  readonly variance: number;
}

/** The size, means, variances and covariance of a sample of pairs: all that ratios, regressions on one variable and CUPED need of it. */
export interface PairMoments {
  /** How many pairs there are. */
  readonly n: number;
  /** The mean of the first values. */
  readonly meanX: number;
  /** The mean of the second values. */
  readonly meanY: number;
  /** The variance of the first values, with the divisor n − 1. */
  readonly varianceX: number;
  /** The variance of the second values, with the divisor n − 1. */
  readonly varianceY: number;
  /** The covariance of the two, with the divisor n − 1. */
  readonly covariance: number;
}
