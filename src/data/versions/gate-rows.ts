import type { Check, CheckOutcome } from "../../contracts/check.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Table } from "../../table/table.ts";
import type { DataTables } from "../data-migrations.ts";
import { storedDefinition } from "../definition-record.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { surroundingsOf } from "../checks/check-surroundings.ts";
import { readParts } from "../parts/read-parts.ts";
import { runChecks } from "../checks/run-checks.ts";
import { rowsAmong, type StoredRows } from "../rows/stored-rows.ts";
import type { PreparedVersion } from "./version-writer.ts";

/**
 * Runs checks on all rows of a version, beside those of the version it is to replace; nothing is read where there are no checks. What a check
 * says of a batch in time (freshness, anomalies) it does not say of a version: there it answers `insufficientHistory`.
 */
export async function gateRows(
  repository: DatasetRepository,
  checks: readonly Check[],
  { digest, manifest }: PreparedVersion,
  previous: Digest | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly CheckOutcome[]> {
  if (checks.length === 0) return [];
  const abort = signal === undefined ? {} : { signal };
  const { blobs } = repository.stores;
  const tables = (columns?: readonly string[]): AsyncIterable<Table> =>
    readParts(blobs, digest, manifest, { ...(columns && { columns }), ...abort });
  const rows: StoredRows = {
    rowCount: manifest.rows,
    tables,
    rowsAt: (wanted) => rowsAmong(tables(), wanted),
  };
  return await runChecks(checks, rows, await surroundingsOf(repository, checks, previous, signal), abort);
}

/**
 * The checks of a dataset's definition. Errors: `argument/invalid` where the dataset was committed with checks but this process has not been
 * given its definition: a gate is not passed by being unknown.
 */
export async function definedChecks(
  metadata: MetadataStore,
  dataset: string,
  definition: DatasetDefinition | undefined,
): Promise<readonly Check[]> {
  if (definition !== undefined) return definition.checks;
  const row = await metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_definition")
    .select("definition")
    .where("name", "=", dataset)
    .executeTakeFirst();
  const names = row === undefined ? [] : Object.keys(Object(storedDefinition(dataset, row.definition)["checks"]));
  if (names.length === 0) return [];
  throw new SluiceError("argument/invalid", {
    found: `the dataset "${dataset}" by its name, with ${names.length} checks that this process does not know`,
    expected: "its definition, whose checks are the gate",
    fix: "Pass the definition that dataset() made instead of the name.",
  });
}
