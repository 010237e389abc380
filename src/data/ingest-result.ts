import type { CheckOutcome } from "../contracts/check.ts";
import type { DatasetVersion } from "../contracts/dataset-version.ts";
import type { RowFault } from "../contracts/row-fault.ts";
import { faultText } from "./quarantine.ts";

/** Where the rows of a batch went. Read = accepted + quarantined + blocked. */
export interface IngestRows {
  readonly read: number;
  /** Committed. */
  readonly accepted: number;
  /** Refused by the schema and kept apart with their reasons. */
  readonly quarantined: number;
  /** Kept out with the batch. */
  readonly blocked: number;
}

interface IngestReport {
  readonly dataset: string;
  readonly rows: IngestRows;
  /** The verdicts of the dataset's checks on the accepted rows. */
  readonly checks: readonly CheckOutcome[];
  /** The first refused rows with their issues, by index in the source. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind there were, by `path: code`; exact. */
  readonly issueCounts: { readonly [issue: string]: number };
  /** All of it in a few lines, for a person. */
  readonly summary: string;
}

/** A batch that became a version. */
export interface CommittedIngest extends IngestReport {
  readonly outcome: "committed";
  readonly version: DatasetVersion;
  /** The newest version of the dataset's quarantine, if rows of this batch went there. */
  readonly quarantine: DatasetVersion | undefined;
  /** The same batch had been committed before; nothing was changed. */
  readonly repeated: boolean;
}

/** A batch that was kept out; the dataset is as it was. */
export interface BlockedIngest extends IngestReport {
  readonly outcome: "blocked";
  /** Why, one sentence a reason. */
  readonly reasons: readonly string[];
}

/** What became of a batch. */
export type IngestResult = CommittedIngest | BlockedIngest;

type Unsummed<R> = R extends unknown ? Omit<R, "summary"> : never;

/** The result with its summary. */
export function withSummary<R extends Unsummed<IngestResult>>(result: R): R & { readonly summary: string } {
  return { ...result, summary: summaryOf(result) };
}

function summaryOf(result: Unsummed<IngestResult>): string {
  const { rows } = result;
  const lines = [`${result.dataset}: ${result.outcome}`];
  if (result.outcome === "committed") {
    lines[0] += `${result.repeated ? " before (same batch; nothing changed)" : ""} as ${result.version.digest.slice(0, 19)}…, ${result.version.rows} rows in all`;
  }
  lines.push(
    `  rows: ${rows.read} read, ${rows.accepted} accepted, ${rows.quarantined} quarantined, ${rows.blocked} blocked`,
  );
  if (result.outcome === "blocked") lines.push(...result.reasons.map((reason) => `  blocked: ${reason}`));
  lines.push(...result.checks.map((check) => `  ${check.outcome} ${check.check} ${check.reason}`));
  lines.push(...Object.entries(result.issueCounts).map(([issue, count]) => `  ${count} × ${issue}`));
  lines.push(...result.faults.slice(0, 3).map((fault) => `  row ${fault.row}: ${faultText(fault)}`));
  return lines.join("\n");
}
