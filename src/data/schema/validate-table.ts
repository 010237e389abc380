import type { z } from "zod";
import type { Table } from "../../table/table.ts";
import { validatorOf } from "./validator-of.ts";
import type { Validation, ValidateOptions } from "./validation.ts";

/**
 * Judges the rows of a table by a plain zod schema, in compiled loops over its columns where the schema allows it. Verdicts, issues and
 * outputs are those that zod gives on each row as an object.
 *
 * Cells reach zod as numbers, bigints, strings, booleans, dates (instants) and parsed JSON; absent cells are missing keys. Where a field takes
 * numbers only, a 64-bit integer becomes a number if that is exact (else it is refused), and the other way round.
 *
 * @param schema - An object, or another schema of records (a union of objects, an intersection, an object with a transform).
 *
 * Throws `definition/invalid` for an asynchronous check, and for a check or transform that throws.
 *
 * @example
 * ```ts
 * import { validateTable } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * import { z } from "zod";
 * const table = makeTable({ km: { tag: "f64", values: Float64Array.of(3, -1, 8) } });
 * const { acceptedRows, issueCounts } = validateTable(z.object({ km: z.number().positive() }), table);
 * if (acceptedRows.length !== 2 || issueCounts.get("km: too_small") !== 1) throw new Error("one row refused");
 * ```
 */
export function validateTable(
  schema: z.core.$ZodType,
  table: Table,
  options: ValidateOptions & { readonly keepFaults?: number } = {},
): Validation {
  const { keepFaults = 100, ...rest } = options;
  return validatorOf(schema, keepFaults).validate(table, rest);
}
