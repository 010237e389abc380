import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { GateOutcome } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";

/** What a promotion answers. A refusal is an expected outcome: nothing was changed, and it is on record. `console.log` of it shows each gate. */
export type PromotionResult =
  | { readonly outcome: "promoted"; readonly version: ModelVersion; readonly certificate: PromotionCertificate }
  | {
      readonly outcome: "refused";
      readonly version: ModelVersion;
      readonly gates: readonly GateOutcome[];
      readonly reasons: readonly string[];
    };
