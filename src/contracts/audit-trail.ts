import type { Digest } from "../core/digest.ts";
import type { AuditRecord } from "./audit-log.ts";

/** What to look for in the audit log: all that is given must hold. */
export interface AuditSearch {
  /** What was decided, as in `version.promoted`: one kind, or any of several. */
  readonly kind?: string | readonly string[];
  /** What it was decided about, as in `delay@3`. */
  readonly subject?: string;
  readonly actor?: string;
  /** Recorded at this instant or later, epoch milliseconds. */
  readonly fromMs?: number;
  /** Recorded before this instant, epoch milliseconds. */
  readonly toMs?: number;
  /** The newest event first. @default false */
  readonly newestFirst?: boolean;
  /** Only what comes after the event of this index, in the order asked for: the `next` of the page before. */
  readonly after?: number;
  /** At most so many, from 1 to 10,000. @default 100 */
  readonly limit?: number;
}

/** A page of events. */
export interface AuditPage {
  readonly records: readonly AuditRecord[];
  /** Where the next page begins (`after`); undefined where there is none. */
  readonly next: number | undefined;
}

/** Something that is not as it was recorded, signed or kept. */
export interface AuditFault {
  /** `chain`, `store` (its checkpoints), `registry` (where it signed that versions stand), or the name of an anchor. */
  readonly where: string;
  /** The first event that is concerned; null where it is none of the events. */
  readonly index: number | null;
  readonly reason: string;
}

/** An event as a verification passes it; of one that was dropped there is no record. */
export interface PassedEvent {
  readonly index: number;
  readonly hash: Digest;
  readonly record: Omit<AuditRecord, "hash"> | undefined;
}

/** What was signed of decisions elsewhere in the store, and must agree with the log: it sees each event of one verification. */
export interface AuditWitness {
  /** Reads what was signed, before the first event is passed. */
  begin(): Promise<void>;
  /** Sees an event, in the order of the log. */
  visit(event: PassedEvent): void;
  /** What does not agree, after the last event. */
  end(): Promise<readonly AuditFault[]>;
}

/** Something odd that is no proof of an edit, as an event that claims to be older than the one before, or a key that was retired without its own signature. */
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
