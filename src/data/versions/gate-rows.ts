import type { Check, CheckOutcome } from "../../contracts/check.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { DataTables } from "../data-migrations.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import type { Manifest } from "../manifest.ts";
import { runChecks } from "../run-checks.ts";
import { RowsInMemory } from "../stored-rows.ts";

/** Runs checks on all rows of a version, beside those of the version it is to replace; nothing is read where there are no checks. */
export async function gateRows(
  repository: DatasetRepository,
  checks: readonly Check[],
  manifest: Manifest,
  previous: Digest | undefined,
): Promise<readonly CheckOutcome[]> {
  if (checks.length === 0) return [];
  const checked = [...new Set(checks.flatMap((check) => check.columns))];
  // A check of the batch as a whole still wants its rows counted.
  const columns = checked.length > 0 ? checked : manifest.columns.slice(0, 1).map(({ name }) => name);
  const batch = await repository.readParts(manifest, manifest.parts, { columns });
  const rows = new RowsInMemory([batch]);
  if (previous === undefined) return await runChecks(checks, rows, {});
  return await runChecks(checks, rows, { previous: await repository.read(previous, { columns }) });
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
  const stored: { readonly checks?: { readonly [name: string]: unknown } } = JSON.parse(row?.definition ?? "{}");
  const names = Object.keys(stored.checks ?? {});
  if (names.length === 0) return [];
  throw new SluiceError("argument/invalid", {
    found: `the dataset "${dataset}" by its name, with ${names.length} checks that this process does not know`,
    expected: "its definition, whose checks are the gate",
    fix: "Pass the definition that dataset() made instead of the name.",
  });
}
