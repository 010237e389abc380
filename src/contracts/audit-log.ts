import type { Digest } from "../core/digest.ts";
import type { JsonValue } from "../core/canonical-json.ts";
import type { MetadataTransaction } from "./metadata-store.ts";

/** A decision to be recorded. */
export interface AuditEvent {
  /** What was decided, as in `version.promoted`. */
  readonly kind: string;
  /** What it was decided about, as in `delay@3`. */
  readonly subject: string;
  /** Who decided; `system` for the library itself. */
  readonly actor: string;
  /** The decision's particulars. */
  readonly body: JsonValue;
  /**
   * What is about persons, by name: kept beside the log, of which it can be erased; the event itself holds a salted digest of each.
   * @default none
   */
  readonly personal?: { readonly [name: string]: JsonValue };
}

/** A recorded decision. */
export interface AuditRecord extends Omit<AuditEvent, "personal"> {
  readonly schema: 1;
  /** Position in the chain, from 0. */
  readonly index: number;
  readonly timeMs: number;
  /** Salted digests of what is about persons; left out where there is nothing. */
  readonly personal?: { readonly [name: string]: Digest };
  /** SHA-256 over the previous record's hash and this record's stored bytes. */
  readonly hash: Digest;
}

/** What the log was at some moment: how many records it had, and the hash of the last, to which all of them lead. */
export interface AuditHead {
  readonly events: number;
  readonly hash: Digest;
}

/** What the log is, seen from what it was. */
export interface AuditState {
  /** `undefined` before the first record. */
  readonly now: AuditHead | undefined;
  /** The instant that the last record tells, epoch milliseconds; 0 where it tells none. */
  readonly lastMs: number;
  /** Whether the record that was the last one then has its place and hash still, or its hash alone where it was dropped; true where nothing was asked for. */
  readonly continues: boolean;
}

/** What verifying the chain answers. */
export type AuditVerdict =
  | { readonly valid: true; readonly events: number; readonly head: Digest | null }
  | { readonly valid: false; readonly events: number; readonly firstBroken: number; readonly reason: string };

/** The append-only, hash-chained record of decisions. */
export interface AuditLog {
  /** Appends inside the caller's transaction (takes the lock `audit`; take all others before). */
  append(tx: MetadataTransaction, event: AuditEvent): Promise<{ readonly index: number; readonly hash: Digest }>;
  /** Recomputes the whole chain from the stored bytes. */
  verify(): Promise<AuditVerdict>;
  /** Whether the stored bytes of one record still have its hash, chained to the record before it. */
  intact(index: number): Promise<boolean>;
  /** What the log is now, and whether its records lead over what it was `then`: read at once. */
  state(then?: AuditHead): Promise<AuditState>;
  /** The records from `fromIndex` on, oldest first. */
  read(options?: {
    readonly fromIndex?: number;
    readonly limit?: number;
    readonly subject?: string;
    readonly kind?: string;
  }): Promise<readonly AuditRecord[]>;
}
