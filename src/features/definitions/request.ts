import type { ColumnTypes } from "../../core/cell-type.ts";
import type { RequestDefinition } from "../../contracts/feature-definition.ts";
import { definitionError, requireName } from "./definition-error.ts";

/**
 * Declares fields that come with the request, as inputs of an on-demand view.
 *
 * Errors: `definition/invalid` for an unusable field name, and for a list.
 */
export function request<R extends ColumnTypes>(fields: R): RequestDefinition<R> {
  const label = "request(…)";
  for (const [field, { tag }] of Object.entries(fields)) {
    requireName(label, field);
    if (tag === "f64[]" || tag === "utf8[]")
      throw definitionError(label, `the field "${field}" of type ${tag}`, "a single value", "Pass a number or a text.");
  }
  return { kind: "request", fields };
}
