import type { Digest } from "../../core/digest.ts";

/** What a statement rests on: an event of the audit log, or a stored thing by its digest. */
export type StatementSource =
  | { readonly kind: "audit"; readonly index: number; readonly hash: Digest; readonly event: string }
  | { readonly kind: "digest"; readonly of: string; readonly digest: string };

/** One thing that was found on record. */
export interface DocumentedStatement {
  readonly text: string;
  /** Never empty. */
  readonly sources: readonly StatementSource[];
}

/** What a person wrote to a point. */
export interface HumanPart {
  /** The point, as in `annex-iv.1.a`. */
  readonly point: string;
  /** Who wrote it: an id, no personal data beyond it. */
  readonly author: string;
  readonly markdown: string;
}

/** A part with what it was recorded by. */
export interface RecordedPart extends HumanPart {
  /** Digest of the Markdown. */
  readonly digest: Digest;
  /** The audit event that says who wrote what. */
  readonly record: { readonly index: number; readonly hash: Digest };
}

/** How far a point is covered by what is on record: by nothing less than all of it, in part, or by nothing: then a person must write it. */
export type PointCoverage = "evidenced" | "partly" | "human";

/** One point of the documentation. */
export interface DocumentedPoint {
  /** As in `annex-iv.2.d`. */
  readonly id: string;
  readonly title: string;
  readonly coverage: PointCoverage;
  readonly statements: readonly DocumentedStatement[];
  /** What is not on record, and what only a person can say; empty where the point is evidenced. */
  readonly missing: readonly string[];
  readonly written: readonly RecordedPart[];
}

/** Points by how far they are covered. */
export interface CoverageReport {
  readonly points: number;
  readonly evidenced: number;
  readonly partly: number;
  readonly human: number;
  /** Of those that are not evidenced, the points that a person has written to. */
  readonly written: number;
  /** The points that are neither evidenced nor written to. */
  readonly open: readonly string[];
}

/** The technical documentation of one model version. Printing it shows its coverage. */
export interface TechnicalDocumentation {
  readonly kind: "technical-documentation";
  readonly schema: 1;
  readonly subject: { readonly model: string; readonly version: number; readonly stage: string };
  /** What it was made from. */
  readonly basis: {
    /** How many events the log had. */
    readonly events: number;
    /** The chain's hash at the last of them; `null` where the log is empty or does not verify. */
    readonly head: Digest | null;
    readonly verified: boolean;
    /** Why the log does not verify; `null` where it does. */
    readonly fault: string | null;
    /** Of its state when the log was read, epoch milliseconds; `null` = no event. */
    readonly lastEventMs: number | null;
  };
  readonly coverage: CoverageReport;
  readonly points: readonly DocumentedPoint[];
}
