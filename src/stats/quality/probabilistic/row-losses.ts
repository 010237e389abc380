import { portable } from "../../../core/math/portable.ts";

/** What a row of probability p loses, in nats; what happened counts as at least `clip`. */
export function rowLogLoss(p: number, label: number, clip: number = Number.EPSILON): number {
  if (label === 1) return 0 - portable.log(p < clip ? clip : p);
  return 1 - p < clip ? 0 - portable.log(clip) : 0 - portable.log1p(-p);
}

/** The squared difference of probability and label. */
export function rowBrierLoss(p: number, label: number): number {
  return (p - label) ** 2;
}
