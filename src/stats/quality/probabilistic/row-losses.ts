/** What a row of probability p loses, in nats; what happened counts as at least `clip`. */
export function rowLogLoss(p: number, label: number, clip: number = Number.EPSILON): number {
  if (label === 1) return 0 - Math.log(p < clip ? clip : p);
  return 1 - p < clip ? 0 - Math.log(clip) : 0 - Math.log1p(-p);
}

/** The squared difference of probability and label. */
export function rowBrierLoss(p: number, label: number): number {
  return (p - label) ** 2;
}
