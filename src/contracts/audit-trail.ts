import type { Digest } from "../core/digest.ts";

/** Something that is not as it was recorded, signed or kept. */
export interface AuditFault {
  /** `chain`, `store` (its checkpoints), or the name of an anchor. */
  readonly where: string;
  /** The first event that is concerned; null where it is none of the events. */
  readonly index: number | null;
  readonly reason: string;
}

/** Something odd that is no proof of an edit, as an event that claims to be older than the one before. */
export interface AuditWarning {
  readonly index: number;
  readonly reason: string;
}

/** What an anchor keeps. */
export interface AnchorReport {
  readonly name: string;
  readonly checkpoints: number;
  /** Events under its newest checkpoint; null where it is not readable. */
  readonly events: number | null;
}

/** What verifying the audit trail answers: the chain, the checkpoints of the store and those of the anchors. */
export type AuditTrailVerdict = {
  readonly events: number;
  /** Verified checkpoints of the store. */
  readonly checkpoints: number;
  readonly anchors: readonly AnchorReport[];
  /** Events after the newest checkpoint that an anchor keeps: a cut among these does not show. */
  readonly unanchored: number;
  readonly warnings: readonly AuditWarning[];
} & (
  | { readonly valid: true; readonly head: Digest | null }
  | {
      readonly valid: false;
      /** The first broken event; the number of intact ones, where the fault is none of an event. */
      readonly firstBroken: number;
      /** The first fault in words. */
      readonly reason: string;
      readonly faults: readonly AuditFault[];
    }
);
