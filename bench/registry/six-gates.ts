import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { featureServiceCompatible } from "../../src/registry/gates/feature-service-compatible.ts";
import { lineageComplete } from "../../src/registry/gates/lineage-complete.ts";
import { signatureMatches } from "../../src/registry/gates/signature-matches.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";

/** Six gates that pass for what the benchmarks register. */
export const sixGates: PromotionPolicy = {
  name: "six gates",
  transitions: {
    staging: {
      approvals: 0,
      gates: [
        signatureMatches(),
        featureServiceCompatible(),
        lineageComplete(),
        dataValidated(),
        dataFreshness({ maxAge: "100000d", of: "training" }),
        threshold("auc", { atLeast: 0.6 }),
      ],
    },
  },
};
