import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { SourceBatch } from "../../contracts/data-source.ts";
import { SluiceError } from "../../core/errors.ts";
import { definitionOf } from "../schema/zod-definition.ts";

/** The columns of a source that a dataset's schema does not have, in the source's order. */
export function ignoredColumns(definition: DatasetDefinition, batch: SourceBatch): readonly string[] {
  const names = batch.sourceColumns ?? Object.keys(batch.table.columns);
  return names.filter((name) => !Object.hasOwn(definition.columns, name));
}

/** Refuses ignored columns where the schema is a `z.strictObject`. Errors: `data/schema-mismatch`. */
export function requireNoneIgnored(definition: DatasetDefinition, ignored: readonly string[]): void {
  if (ignored.length === 0 || !isStrict(definition)) return;
  throw new SluiceError("data/schema-mismatch", {
    found: `the columns ${ignored.join(", ")}, which the strict schema of dataset "${definition.name}" does not have`,
    expected: `no columns but ${Object.keys(definition.columns).join(", ")}`,
    fix: "Leave them out of the source, or declare the schema with z.object(), which ignores them.",
  });
}

/** zod marks a strict object by what it accepts under other names: nothing. */
function isStrict({ schema }: DatasetDefinition): boolean {
  const { catchall } = schema._zod.def;
  return catchall !== undefined && definitionOf(catchall).type === "never";
}
