import type { Digest } from "../core/digest.ts";

/** What a checkpoint says of the audit log, and what is signed. */
export interface AuditCheckpointBody {
  readonly kind: "audit-checkpoint";
  readonly schema: 1;
  /** The hash of the log's first event: what tells it from another log. */
  readonly log: Digest;
  /** How many events the log had, at least 1. */
  readonly size: number;
  /** The chain's hash at the last of them. */
  readonly head: Digest;
  /** Root of the Merkle tree (RFC 6962) over the stored texts of the events. */
  readonly root: Digest;
  /** When it was signed, epoch milliseconds; never before the checkpoint it follows. */
  readonly timeMs: number;
  /** Digest of the checkpoint it follows; null for the first. */
  readonly previous: Digest | null;
}

/** A signed statement of what the audit log was at one moment. */
export interface AuditCheckpoint {
  /** Digest of the body's canonical JSON. */
  readonly digest: Digest;
  readonly body: AuditCheckpointBody;
  readonly keyId: string;
  /** Ed25519 over the body's canonical JSON, base64. */
  readonly signature: string;
}

/** That one event was in the log which a checkpoint signed: all that is needed to verify it, without any store. */
export interface AuditInclusionProof {
  readonly kind: "audit-inclusion";
  readonly schema: 1;
  /** The event's position. */
  readonly index: number;
  /** The event's stored text. */
  readonly record: string;
  /** The Merkle audit path from the leaf to the root (RFC 6962, 2.1.1). */
  readonly path: readonly Digest[];
  readonly checkpoint: AuditCheckpoint;
}

/** That the log of one checkpoint is the beginning of the log of a later one. */
export interface AuditConsistencyProof {
  readonly kind: "audit-consistency";
  readonly schema: 1;
  readonly from: AuditCheckpoint;
  readonly to: AuditCheckpoint;
  /** The Merkle consistency proof (RFC 6962, 2.1.2). */
  readonly path: readonly Digest[];
}
