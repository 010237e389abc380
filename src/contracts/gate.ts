import type { JsonValue } from "../core/canonical-json.ts";
import type { Digest } from "../core/digest.ts";
import type { EvaluationReport } from "./evaluation-report.ts";
import type { FeatureServiceRef } from "./feature-service.ts";
import type { ModelVersion, Stage } from "./model-version.ts";
import type { Reproduction } from "./reproduction.ts";
import type { RolloutEvidence } from "./rollout.ts";

/** An approval of one version's evidence. */
export interface Approval {
  readonly approver: string;
  readonly role: string;
  readonly comment: string;
  /** What was approved: new evidence voids it. */
  readonly evidenceDigest: Digest;
  readonly atMs: number;
  readonly expiresAtMs: number;
  /** Who vouches for the approver, and the digest of the token that said so; absent = stated by the host, verified by nobody. */
  readonly identity?: { readonly issuer: string; readonly token: Digest };
}

/** Whether approvers must be verified by the host's identity verifier, or their names are taken as stated. */
export type IdentityDemand = "verified" | "stated";

/** What a policy asks of a transition. */
export interface TransitionRules {
  readonly gates: readonly Gate[];
  /** Approvals needed by people other than the author. */
  readonly approvals: number;
  /** Approvals needed in each role, as in `{ risk: 1, owner: 2 }`; one person counts in one role. @default none */
  readonly roles?: { readonly [role: string]: number };
  /** @default "verified" for production where the registry has an identity verifier, else "stated" */
  readonly identity?: IdentityDemand;
}

/** What a policy asks of moving an alias of the host's own. */
export interface AliasRules extends TransitionRules {
  /** Where a version must stand, at least, by its certificate. */
  readonly stage: "staging" | "candidate" | "production";
}

/** Who may pass closed gates in an emergency, and for how long. */
export interface BreakGlassRules {
  readonly roles: readonly string[];
  /** The longest time that such a certificate permits, milliseconds. */
  readonly maxDurationMs: number;
}

/** That a version should be used no longer. */
export interface Deprecation {
  readonly reason: string;
  /** The version to use in its place; `null` = none was named. */
  readonly replacedBy: number | null;
  /** Loading is refused from this instant on, epoch milliseconds; `null` = it only warns. */
  readonly untilMs: number | null;
  readonly actor: string;
  readonly atMs: number;
}

/** The model card that a version has. */
export interface CardEvidence {
  readonly revision: number;
  readonly digest: Digest;
  /** The parts that nobody has written. */
  readonly missing: readonly string[];
}

/** A dataset version that a version rests on, and when it was committed. */
export interface DataAge {
  readonly dataset: string;
  readonly version: Digest;
  /** What it was used for. */
  readonly role: "training" | "evaluation";
  /** `null` = not known. */
  readonly createdAtMs: number | null;
}

/** Everything a gate may look at, gathered before the transaction. `undefined` = not measured. */
export interface GateEvidence {
  readonly version: ModelVersion;
  readonly transition: { readonly from: Stage; readonly to: Stage };
  readonly evaluation: EvaluationReport | undefined;
  /** The version that holds production now; `null` = there is none. */
  readonly champion: ModelVersion | null;
  /** Verdicts on the dataset versions behind the training set; `undefined` = no training set known. */
  readonly validations:
    | readonly {
        readonly dataset: string;
        readonly version: Digest;
        readonly validated: boolean;
        readonly reason: string;
      }[]
    | undefined;
  /** The feature service that is defined now under the name the version was trained with. */
  readonly currentService: FeatureServiceRef | undefined;
  /** Whether the lineage from artifact back to a source is complete. */
  readonly lineage: { readonly complete: boolean; readonly missing: readonly string[] };
  readonly rollout: RolloutEvidence | undefined;
  /** The instant it is judged at: the registry's clock, never set back. Not part of the evidence's digest. */
  readonly nowMs?: number;
  /** The dataset versions behind training and evaluation, with their ages; `undefined` = not known. */
  readonly data?: readonly DataAge[] | undefined;
  /** `undefined` = the run was not repeated. */
  readonly reproduction?: Reproduction | undefined;
  /** The alias that is to be moved; absent = the transition is one of stages. */
  readonly alias?: string;
  /** The version's model card; `undefined` = it has none. */
  readonly card?: CardEvidence | undefined;
  /** `undefined` = the version is not deprecated. */
  readonly deprecation?: Deprecation | undefined;
  /** Unexpired approvals of exactly this evidence. */
  readonly approvals: readonly Approval[];
}

/** What a gate answers; only `pass` opens it. */
export interface GateOutcome {
  readonly gate: string;
  readonly outcome: "pass" | "fail" | "notMeasured" | "noChampion";
  /** Why, in one sentence with the numbers. */
  readonly reason: string;
  readonly measured?: number;
  readonly bound?: number;
  /** What to do about an outcome that is not `pass`. */
  readonly fix?: string;
}

/** A gate is data and a judge. */
export interface Gate {
  readonly gate: string;
  /** Everything that decides the outcome, for the policy's digest. */
  readonly params: JsonValue;
  /** Version of the judge's code, for the policy's digest. @default the first */
  readonly version?: string;
  /** Judges the evidence; never throws for missing evidence. */
  judge(evidence: GateEvidence): GateOutcome;
}

/** The gates and approvals of each transition, by target stage. A transition or an alias without an entry is refused. */
export interface PromotionPolicy {
  readonly name: string;
  /** The host's own version of the policy, as in "2026-11"; part of its digest. */
  readonly version?: string;
  readonly transitions: { readonly [to in Exclude<Stage, "registered">]?: TransitionRules };
  /** The host's own aliases, by name. @default none: no alias but `champion` and `challenger` */
  readonly aliases?: { readonly [alias: string]: AliasRules };
  /** @default none: closed gates stay closed */
  readonly breakGlass?: BreakGlassRules;
}
