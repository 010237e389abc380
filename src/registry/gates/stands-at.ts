import type { AliasRules, Gate } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";

const order: { readonly [stage in Stage]: number } = {
  archived: -1,
  registered: 0,
  staging: 1,
  candidate: 2,
  production: 3,
};

/** The gate of every alias: the version stands at a stage, or further. That it does by a certificate that holds was verified before. */
export function standsAt(stage: AliasRules["stage"]): Gate {
  const gate = `standsAt:${stage}`;
  return {
    gate,
    params: { stage },
    judge: ({ version }) => ({
      gate,
      outcome: order[version.stage] >= order[stage] ? "pass" : "fail",
      reason: `it stands at "${version.stage}"`,
      fix: `Promote it to ${stage} first.`,
    }),
  };
}
