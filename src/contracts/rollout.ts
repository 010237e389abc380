import type { Digest } from "../core/digest.ts";

/** One step of a rollout. A share of 0 is shadow traffic. */
export interface RolloutStep {
  /** Share of units that the challenger answers, in [0, 1). */
  readonly share: number;
  /** Requests the step lasts at least. */
  readonly minRequests: number;
}

/** A guardrail: what counts as bad, and how much worse than the champion is tolerated. */
export interface Guardrail {
  readonly guardrail: "error" | "disagreement" | "outcome" | "latency";
  /** Tolerated relative increase of the bad rate for the safe (non-inferiority) verdict, as in 0.5 = 50%. For `disagreement` the tolerated absolute rate. */
  readonly margin: number;
  /** `disagreement`: largest tolerated absolute difference of the first output. `latency`: bound in ms. `outcome`: largest tolerated absolute difference of output and outcome. */
  readonly bound?: number;
  /** `error`, `latency`: a bad rate that is safe whatever the champion's is, in (0, 1). */
  readonly atMost?: number;
  /** `outcome`: the output's field that is compared. */
  readonly output?: string;
  /** `outcome`: the outcome's value it is compared with; true counts as 1, false as 0. */
  readonly outcome?: string;
}

/** How a challenger comes to production. */
export interface RolloutPlan {
  readonly kind: "canary";
  readonly steps: readonly RolloutStep[];
  readonly guardrails: readonly Guardrail[];
  /** Total probability of a false alarm over all guardrails, however often one looks. */
  readonly alpha: number;
  /** Digest of everything else in the plan. */
  readonly digest: Digest;
}

/** Where a rollout stands. */
export type RolloutPhase = "shadowing" | "baking" | "holding" | "passed" | "promoted" | "rolledBack" | "aborted";

/** The verdict on a challenger. `hold` = not enough evidence: never promoted by itself. */
export type RolloutVerdict = "advance" | "hold" | "rollback" | "pass";

/** What a rollout proved: what the `rollout-evidence` gate looks at. */
export interface RolloutEvidence {
  readonly schema: 1;
  readonly rolloutId: string;
  readonly model: string;
  readonly challenger: number;
  readonly champion: number;
  readonly planDigest: Digest;
  readonly phase: RolloutPhase;
  /** Requests seen since the rollout began. */
  readonly requests: number;
  readonly guardrails: readonly {
    readonly guardrail: string;
    readonly harmE: number;
    readonly safeE: number;
    readonly needed: number;
  }[];
  readonly reason: string;
  readonly digest: Digest;
}

/** Gives rollout evidence to the registry. Implemented by serving. */
export interface RolloutEvidenceSource {
  /** The evidence of the newest decided rollout of a version; `undefined` = none. Errors: `serving/tampered`. */
  evidence(model: string, version: number): Promise<RolloutEvidence | undefined>;
}
