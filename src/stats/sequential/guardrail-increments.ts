import { requireFraction } from "../require-argument.ts";

/** `harm`: is the challenger worse than the margin allows? `safe`: is it certainly better than that? */
export type GuardrailDirection = "harm" | "safe";

/** What one bad event adds to the log-likelihood ratio of each risk ratio of the grid, by arm. */
export interface GuardrailIncrements {
  /** For an event of the challenger. */
  readonly challenger: Float64Array;
  /** For an event of the champion. */
  readonly champion: Float64Array;
}

/**
 * The increments ln P_φ(arm)/P_φ₀(arm) for φ₀ = 1 + margin and the 25 risk ratios φ₀·e^(0.02 + 0.12 g) (`harm`) or φ₀·e^(−0.02 − 0.08 g)
 * (`safe`), at one share of the challenger. At the shares 0 and 1 an event says nothing and adds 0.
 */
export function guardrailIncrements(direction: GuardrailDirection, margin: number, share: number): GuardrailIncrements {
  requireFraction("share", share);
  const base = 1 + margin;
  const challenger = new Float64Array(25);
  const champion = new Float64Array(25);
  if (share === 0 || share === 1) return { challenger, champion };
  for (let g = 0; g < 25; g++) {
    const logRatio = direction === "harm" ? 0.02 + 0.12 * g : -(0.02 + 0.08 * g);
    const ratio = base * Math.exp(logRatio);
    champion[g] = Math.log((share * base + 1 - share) / (share * ratio + 1 - share));
    challenger[g] = logRatio + (champion[g] as number);
  }
  return { challenger, champion };
}
