/**
 * n Σxy − Σx Σy, exactly: n(n − 1) times the covariance. All moments of the library come from this one place.
 *
 * @param sumX - Σx in units of 2^−1074, as `sumY`.
 * @param products - Σxy in units of 2^−2148.
 */
export function coMoment(n: number, sumX: bigint, sumY: bigint, products: bigint): bigint {
  return BigInt(n) * products - sumX * sumY;
}
