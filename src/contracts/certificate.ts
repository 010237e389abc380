import type { Digest } from "../core/digest.ts";
import type { Approval, GateOutcome } from "./gate.ts";
import type { Stage } from "./model-version.ts";

/** What is signed. */
export interface CertificateBody {
  readonly schema: 1;
  readonly subject: {
    readonly model: string;
    readonly version: number;
    readonly artifactDigest: Digest;
    readonly serviceHash: Digest;
  };
  readonly transition: { readonly from: Stage; readonly to: Stage };
  /** The largest share of traffic it permits: below 1 for a candidate, 1 for production, 0 for staging. */
  readonly maxShare: number;
  readonly policyDigest: Digest;
  readonly evidenceDigest: Digest;
  readonly outcomes: readonly GateOutcome[];
  readonly champion: { readonly version: number; readonly artifactDigest: Digest } | null;
  readonly approvals: readonly Approval[];
  /** The alias that was moved; absent = the version was promoted. */
  readonly alias?: string;
  /** An emergency passed closed gates: it permits nothing from `untilMs` on. */
  readonly breakGlass?: { readonly role: string; readonly untilMs: number };
  readonly actor: string;
  readonly reason: string;
  readonly issuedAtMs: number;
}

/** A signed promotion. */
export interface PromotionCertificate {
  /** Digest of the body's canonical JSON. */
  readonly digest: Digest;
  readonly body: CertificateBody;
  readonly keyId: string;
  /** Ed25519 over the body's canonical JSON, base64. */
  readonly signature: string;
}
