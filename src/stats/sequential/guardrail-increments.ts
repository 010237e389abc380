/** `harm`: is the challenger worse than the margin allows? `safe`: is it certainly better than that? */
export type GuardrailDirection = "harm" | "safe";

/** How many risk ratios an e-process mixes. */
export const guardrailGrid = 25;

/** The logarithm of the g-th risk ratio of the grid over φ₀: 0.02 + 0.12 g upwards (`harm`), 0.02 + 0.08 g downwards (`safe`). */
export function guardrailLogRatio(direction: GuardrailDirection, g: number): number {
  return direction === "harm" ? 0.02 + 0.12 * g : -(0.02 + 0.08 * g);
}

const growths: Readonly<Record<GuardrailDirection, Float64Array>> = {
  harm: Float64Array.from({ length: guardrailGrid }, (_, g) => Math.expm1(guardrailLogRatio("harm", g))),
  safe: Float64Array.from({ length: guardrailGrid }, (_, g) => Math.expm1(guardrailLogRatio("safe", g))),
};

/**
 * Writes what one bad event adds to the log-likelihood ratio of each risk ratio φ of the grid: ln P_φ(arm)/P_φ₀(arm) for φ₀ = 1 + margin,
 * first for an event of the challenger, then for one of the champion. At the shares 0 and 1 an event says nothing and adds 0.
 *
 * @param into - Two times {@link guardrailGrid} numbers.
 */
export function guardrailIncrements(
  direction: GuardrailDirection,
  margin: number,
  share: number,
  into: Float64Array,
): void {
  if (share === 0 || share === 1) {
    into.fill(0);
    return;
  }
  // Over φ₀, so that no margin overflows.
  const champions = (1 - share) / (1 + margin) + share;
  const growth = growths[direction];
  for (let g = 0; g < guardrailGrid; g++) {
    const ofChampion = -Math.log1p((share * (growth[g] as number)) / champions);
    into[g] = guardrailLogRatio(direction, g) + ofChampion;
    into[guardrailGrid + g] = ofChampion;
  }
}
