import type { CheckOutcome } from "../../contracts/check.ts";
import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { RowFault } from "../../contracts/row-fault.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { refusals } from "../checks/run-checks.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { checkBatch } from "./check-batch.ts";
import { memoryBytesOf, rowReasons } from "./ingest-rules.ts";
import { readBatch } from "./read-batch.ts";

/** How a source is checked. */
export interface CheckSourceOptions extends WorkOptions {
  /** The branch whose newest version the rows are compared with. @default "main" */
  readonly branch?: string;
  /** Refused rows kept in the verdict. @default 100 */
  readonly keepFaults?: number;
  /** How many bytes of rows are held in memory. @default 67108864 (64 MiB) */
  readonly memoryBytes?: number;
}

/** What would become of a batch: what `ingest` with `onFailure: "block"` would say. */
export interface SourceVerdict {
  readonly dataset: string;
  /** Whether it would be committed. A check that could not be judged yet does not keep a batch out: see `checks`. */
  readonly passes: boolean;
  readonly rows: { readonly read: number; readonly accepted: number; readonly refused: number };
  readonly checks: readonly CheckOutcome[];
  /** The first refused rows with their issues. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind there were, by `path: code`. */
  readonly issueCounts: { readonly [issue: string]: number };
  readonly ignoredColumns: readonly string[];
  /** Why it would be kept out, one sentence a reason. */
  readonly reasons: readonly string[];
}

/** Reads a source and judges it as an ingest would, and commits nothing. */
export async function checkSource(
  wiring: { readonly repository: DatasetRepository; readonly clock?: Clock },
  definition: DatasetDefinition,
  source: DataSource,
  options: CheckSourceOptions = {},
): Promise<SourceVerdict> {
  const { repository, clock = systemClock } = wiring;
  const head = await repository.headDigest(definition.name, options.branch);
  const batch = await readBatch(definition, source, {
    ...options,
    keepFaults: options.keepFaults ?? 100,
    digestRows: false,
    repository,
    memoryBytes: memoryBytesOf(options),
    parent: () => Promise.resolve(head),
  });
  const { checks } = await checkBatch({ repository, clock }, definition, batch, head, options);
  const reasons = [...rowReasons(batch, "block"), ...(batch.rowsAccepted === 0 ? [] : refusals(checks))];
  const { rowsRead: read, rowsAccepted: accepted, faults, issueCounts, ignoredColumns } = batch;
  const rows = { read, accepted, refused: read - accepted };
  return {
    dataset: definition.name,
    passes: reasons.length === 0,
    rows,
    checks,
    faults,
    issueCounts,
    ignoredColumns,
    reasons,
  };
}
