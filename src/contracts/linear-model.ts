/** How a linear score becomes an output: `logit` gives the probability 1/(1+e^−score), `identity` the score itself. */
export type LinearLink = "logit" | "identity";

/** A model that is one weighted sum: plain numbers, so that it can be trained, stored and served without any engine. */
export interface LinearModel {
  readonly kind: "sluice-linear";
  /** One weight per input, in the order of the input vector; finite. */
  readonly weights: readonly number[];
  /** Added to the weighted sum; finite. */
  readonly bias: number;
  readonly link: LinearLink;
}
