import type { ColumnTypes } from "../../core/cell-type.ts";
import type { RequestDefinition } from "../../contracts/feature-definition.ts";
import { requireName } from "./definition-error.ts";

/**
 * Declares fields that come with the request, as inputs of an on-demand view.
 *
 * Errors: `definition/invalid` for an unusable field name.
 */
export function request<R extends ColumnTypes>(fields: R): RequestDefinition<R> {
  for (const field of Object.keys(fields)) requireName("request(…)", field);
  return { kind: "request", fields };
}
