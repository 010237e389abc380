import type { Check, CheckOutcome, CheckSurroundings } from "../contracts/check.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { Clock } from "../core/clock.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import type { WorkOptions } from "../core/progress.ts";
import type { Table } from "../table/table.ts";
import type { DatasetRepository } from "./dataset-repository.ts";
import type { ReadBatch } from "./read-batch.ts";
import { runChecks } from "./run-checks.ts";
import type { StoredRows } from "./stored-rows.ts";

/** The verdicts of a dataset's checks on a batch. */
export interface BatchVerdicts {
  /** On the accepted rows: these decide. */
  readonly checks: readonly CheckOutcome[];
  /** On all rows as they were read, refused ones included; the same where none was refused. */
  readonly wholeBatchChecks: readonly CheckOutcome[];
}

/** Where checks get what they need from. */
export interface CheckSources {
  readonly repository: DatasetRepository;
  readonly clock: Clock;
}

/** Fetches what the checks need, then runs them on the whole batch and on its accepted rows. A batch without rows is not checked. */
export async function checkBatch(
  sources: CheckSources,
  definition: DatasetDefinition,
  batch: ReadBatch,
  head: Digest | undefined,
  options: WorkOptions = {},
): Promise<BatchVerdicts> {
  const { checks } = definition;
  if (checks.length === 0 || batch.rowsRead === 0) return { checks: [], wholeBatchChecks: [] };
  const needed = await fetchNeeds(sources, definition, head, options.signal);
  const refused = batch.rowsRead > batch.rowsAccepted;
  const total = checks.length * (refused ? 2 : 1);
  const run = (rows: StoredRows, offset: number): Promise<readonly CheckOutcome[]> =>
    runChecks(checks, rows, needed, {
      ...(options.signal && { signal: options.signal }),
      onDone: (done) =>
        options.onProgress?.({ stage: `checking ${definition.name}`, done: offset + done, total, unit: "checks" }),
    });
  const accepted = await run(batch.accepted, 0);
  return { checks: accepted, wholeBatchChecks: refused ? await run(batch.whole, checks.length) : accepted };
}

async function fetchNeeds(
  { repository, clock }: CheckSources,
  { name, checks }: DatasetDefinition,
  head: Digest | undefined,
  signal: AbortSignal | undefined,
): Promise<CheckSurroundings> {
  const abort = signal === undefined ? {} : { signal };
  const compared = [
    ...new Set(checks.filter(({ needs }) => needs?.previous === true).flatMap(({ columns }) => columns)),
  ];
  const tables: { [name: string]: Table } = {};
  for (const [key, { version, columns }] of tableNeeds(checks)) {
    const digest = isDigest(version) ? version : await repository.headDigest(version);
    if (digest !== undefined) tables[key] = await repository.read(digest, { columns: [...columns], ...abort });
  }
  return {
    clock,
    tables,
    ...(checks.some(({ needs }) => needs?.history === true) && { history: await repository.metrics(name) }),
    ...(head !== undefined &&
      compared.length > 0 && { previous: await repository.read(head, { columns: compared, ...abort }) }),
  };
}

/** The versions that checks want, each with all the columns that any of them wants. */
function tableNeeds(
  checks: readonly Check[],
): ReadonlyMap<string, { readonly version: string; readonly columns: ReadonlySet<string> }> {
  const found = new Map<string, { version: string; columns: Set<string> }>();
  for (const { needs } of checks) {
    for (const [key, { version, columns }] of Object.entries(needs?.tables ?? {})) {
      const entry = found.get(key) ?? { version, columns: new Set<string>() };
      for (const column of columns) entry.columns.add(column);
      found.set(key, entry);
    }
  }
  return found;
}
