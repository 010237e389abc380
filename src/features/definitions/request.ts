import type { ColumnTypes } from "../../core/cell-type.ts";
import type { RequestDefinition } from "../../contracts/feature-definition.ts";
import { definitionError, requireName } from "./definition-error.ts";

const namingFields = "Name the fields with their types, as in { km: t.float64 }.";

/**
 * Declares fields that come with the request, as inputs of an on-demand view.
 *
 * Errors: `definition/invalid` for an unusable field name, and for a list.
 */
export function request<R extends ColumnTypes>(fields: R): RequestDefinition<R> {
  const label = "request(…)";
  for (const [field, type] of Object.entries(fields ?? {})) {
    requireName(label, field);
    const tag = type?.tag;
    if (tag === undefined)
      throw definitionError(label, `the field "${field}" without a type`, "a field and its type", namingFields);
    if (tag === "f64[]" || tag === "utf8[]")
      throw definitionError(label, `the field "${field}" of type ${tag}`, "a single value", "Pass a number or a text.");
  }
  if (typeof fields !== "object" || fields === null)
    throw definitionError(label, "no fields", "the fields of a request", namingFields);
  return { kind: "request", fields };
}
