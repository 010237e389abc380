import { GuardrailEProcess } from "../../../src/stats/sequential/guardrail-e-process.ts";
import type { GuardrailDirection } from "../../../src/stats/sequential/guardrail-increments.ts";
import type { SequentialTest } from "../race.ts";
import type { TwoArmWatch } from "../two-arms.ts";

/** The guardrail e-process, looked at after every bad event. */
export function guardrail(
  direction: GuardrailDirection,
  { margin = 0, alpha = 0.05, everyRequest = false }: { margin?: number; alpha?: number; everyRequest?: boolean } = {},
): SequentialTest<TwoArmWatch> {
  const counted = everyRequest ? ", every bad request of a user counted: misuse, at least twice its 5%" : "";
  return {
    name: `guardrail e-process, ${direction}${margin === 0 ? "" : `, margin ${margin}`}${counted}`,
    begin: () => {
      const process = new GuardrailEProcess({ direction, margin });
      return {
        good: () => false,
        bad: (challenger, share, first) => {
          if (!first && !everyRequest) return false;
          process.addBad(challenger ? "challenger" : "champion", share);
          return process.crossed(alpha);
        },
        planned: () => false,
      };
    },
  };
}

/**
 * Whether the interval of `guardrailRiskRatio` ever misses the true ratio (at least 1). It does exactly when one of the two processes with
 * that ratio as their limit crosses 2/α, which is much faster to ask.
 */
export function riskRatioMisses(ratio: number, alpha: number = 0.05): SequentialTest<TwoArmWatch> {
  const sides = (["harm", "safe"] as const).map((direction) =>
    guardrail(direction, { margin: ratio - 1, alpha: alpha / 2 }),
  );
  return {
    name: "interval of the risk ratio misses",
    begin: () => {
      const watches = sides.map((side) => side.begin());
      return {
        good: () => false,
        bad: (...event) => watches.map((watch) => watch.bad(...event)).includes(true),
        planned: () => false,
      };
    },
  };
}
