import type { JsonValue } from "../core/canonical-json.ts";
import type { ArtifactContent } from "./artifact.ts";
import type { AuditInclusionProof } from "./audit-checkpoint.ts";

/** A signed record in a file of its own. The signature is over the body's canonical JSON (RFC 8785), so that white space and order do not matter. */
export interface SignedJson {
  readonly body: JsonValue;
  readonly keyId: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** What a certificate speaks of, in files: each is checked where it is given, and may be left out. */
export interface CertificateFiles {
  /** The model itself. */
  readonly artifact?: ArtifactContent;
  /** The version's signed record. */
  readonly version?: SignedJson;
  /** The evidence as it was judged: the very text. */
  readonly evidence?: string;
  /** The policy: the very text. */
  readonly policy?: string;
  /** The signed approvals. */
  readonly approvals?: readonly SignedJson[];
  /** The evaluation report, and what its evaluator signed of it. */
  readonly evaluation?: { readonly statement: SignedJson; readonly report: JsonValue };
  /** The proof that the audit log has the promotion on record. */
  readonly inclusion?: AuditInclusionProof | object;
}

/** What of a certificate was looked at. `format` to `key`: itself; the others: the files beside it. */
export type CertificatePart =
  | "format"
  | "digest"
  | "signature"
  | "key"
  | "artifact"
  | "version"
  | "evidence"
  | "policy"
  | "approvals"
  | "evaluation"
  | "inclusion";

/** What verifying a certificate answers: what holds, or the first thing that does not, and why. */
export type CertificateVerdict =
  | { readonly valid: true; readonly checked: readonly CertificatePart[] }
  | {
      readonly valid: false;
      readonly part: CertificatePart;
      readonly reason: string;
      /** What held before that. */
      readonly checked: readonly CertificatePart[];
    };
