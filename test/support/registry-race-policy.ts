import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { lineageComplete } from "../../src/registry/gates/lineage-complete.ts";
import { signatureMatches } from "../../src/registry/gates/signature-matches.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";

const gates = [signatureMatches(), lineageComplete(), dataValidated(), threshold("auc", { atLeast: 0.6 })];

/** Four gates everywhere, and one approval for what serves. */
export const racePolicy: PromotionPolicy = {
  name: "race",
  transitions: {
    staging: { approvals: 0, gates },
    candidate: { approvals: 0, gates },
    production: { approvals: 1, gates },
    archived: { approvals: 0, gates: [signatureMatches()] },
  },
};
