/** A continuous distribution, as far as comparing several of them needs it. */
export interface Belief {
  /** The point below which the share `p` lies. */
  quantile(p: number): number;
  /** The point above which the share `upper` lies. */
  isf(upper: number): number;
  cdf(x: number): number;
  sf(x: number): number;
  pdf(x: number): number;
}
