import type { CheckOutcome, CheckSurroundings } from "../../contracts/check.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { surroundingsOf } from "../checks/check-surroundings.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import type { ReadBatch } from "./read-batch.ts";
import { runChecks } from "../checks/run-checks.ts";
import type { StoredRows } from "../rows/stored-rows.ts";

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
  const { repository, clock } = sources;
  const beside = await surroundingsOf(repository, checks, head, options.signal);
  const history = checks.some(({ needs }) => needs?.history === true)
    ? { history: await repository.metrics(definition.name) }
    : {};
  const needed: CheckSurroundings = { ...beside, ...history, clock };
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
