import type { CheckOutcome } from "../../contracts/check.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { RowFault } from "../../contracts/row-fault.ts";
import { printable } from "../../core/printable.ts";
import { faultText } from "./quarantine.ts";

/** Where the rows of a batch went. Read = accepted + quarantined + blocked. */
export interface IngestRows {
  readonly read: number;
  /** Committed. */
  readonly accepted: number;
  /** Refused by the schema and kept apart with their reasons. */
  readonly quarantined: number;
  /** Kept out with the batch; where that is quarantined as a whole, they are in the quarantine. */
  readonly blocked: number;
}

interface IngestReport {
  readonly dataset: string;
  readonly rows: IngestRows;
  /** The verdicts of the dataset's checks on the accepted rows. */
  readonly checks: readonly CheckOutcome[];
  /** Their verdicts on all rows that were read, refused ones included; they are reported, those on the accepted rows decide. */
  readonly wholeBatchChecks: readonly CheckOutcome[];
  /** The first refused rows with their issues, by index in the source. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind there were, by `path: code`; exact. */
  readonly issueCounts: { readonly [issue: string]: number };
  /** The columns of the source that the schema does not have, and that were left out. */
  readonly ignoredColumns: readonly string[];
  /** All of it in a few lines, for a person. */
  readonly summary: string;
}

/** A batch that became a version. */
export interface CommittedIngest extends IngestReport {
  readonly outcome: "committed";
  readonly version: DatasetVersion;
  /** The newest version of the dataset's quarantine, if rows of this batch went there. */
  readonly quarantine: DatasetVersion | undefined;
  /** The same batch had been committed before; nothing was changed, apart from `restoredParts`. */
  readonly repeated: boolean;
  /** Parts of the version whose bytes were missing from the blobs and were written again from this batch; more than 0 only if `repeated`. */
  readonly restoredParts: number;
  /** Parts of the version whose bytes are missing and do not come from this batch. */
  readonly missingParts: number;
}

/** A batch that was kept out; the dataset is as it was. */
export interface BlockedIngest extends IngestReport {
  readonly outcome: "blocked";
  /**
   * The version of the dataset's quarantine that the whole batch went to: unless `onFailure` is `"block"`, where the schema refused every row;
   * with `"quarantine"` also where a check failed.
   */
  readonly quarantine: DatasetVersion | undefined;
  /** Why, one sentence a reason. */
  readonly reasons: readonly string[];
}

/** What became of a batch. */
export type IngestResult = CommittedIngest | BlockedIngest;

type Unsummed<R> = R extends unknown ? Omit<R, "summary"> : never;

/** The result with its summary, which is what `console.log` of it shows. */
export function withSummary<R extends Unsummed<IngestResult>>(result: R): R & { readonly summary: string } {
  return printable({ ...result, summary: summaryOf(result) }, ({ summary }) => summary);
}

function summaryOf(result: Unsummed<IngestResult>): string {
  const { rows } = result;
  const lines = [`${result.dataset}: ${result.outcome}`];
  if (result.outcome === "committed") {
    lines[0] += `${result.repeated ? repeatText(result.restoredParts) : ""} as ${result.version.digest.slice(0, 19)}…, ${result.version.rows} rows in all`;
  }
  lines.push(
    `  rows: ${rows.read} read, ${rows.accepted} accepted, ${rows.quarantined} quarantined, ${rows.blocked} blocked`,
  );
  if (result.ignoredColumns.length > 0) lines.push(`  ignored columns: ${namesText(result.ignoredColumns)}`);
  if (result.outcome === "committed" && result.missingParts > 0) {
    lines.push(
      `  missing parts: ${result.missingParts} of other batches: ingest their sources again, oldest first, or restore the blobs`,
    );
  }
  if (result.outcome === "blocked") {
    lines.push(...result.reasons.map((reason) => `  blocked: ${reason}`));
    if (result.quarantine !== undefined) lines.push(`  all rows are in ${result.quarantine.dataset}`);
  }
  lines.push(...result.checks.map((check) => `  ${check.outcome} ${check.check} ${check.reason}`));
  if (result.wholeBatchChecks !== result.checks) lines.push(...wholeBatchLines(result));
  lines.push(...Object.entries(result.issueCounts).map(([issue, count]) => `  ${count} × ${issue}`));
  lines.push(...result.faults.slice(0, 3).map((fault) => `  row ${fault.row}: ${faultText(fault)}`));
  return lines.join("\n");
}

/** What the checks say of the whole batch where that is another verdict than on the accepted rows. */
function wholeBatchLines({ checks, wholeBatchChecks }: Unsummed<IngestResult>): string[] {
  return wholeBatchChecks
    .filter((whole, i) => whole.outcome !== checks[i]?.outcome)
    .map((whole) => `  with the refused rows: ${whole.outcome} ${whole.check} ${whole.reason}`);
}

function repeatText(restoredParts: number): string {
  if (restoredParts === 0) return " before (same batch; nothing changed)";
  return ` before (same batch; missing parts written again: ${restoredParts})`;
}

const namesShown = 20;

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => (name === "" ? '""' : name));
  return `${shown.join(", ")}${names.length > namesShown ? `, … (${names.length} in all)` : ""}`;
}
