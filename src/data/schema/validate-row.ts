import type { z } from "zod";
import type { NullOptions } from "./validation.ts";
import { validatorOf } from "./validator-of.ts";
import type { ZodAnswer } from "./zod-answer.ts";

/**
 * Judges one record by a plain zod schema, by the rules that `validateTable` has for tables: the same verdict, issues and output as for the
 * same row in a table. Members that are `undefined` count as absent.
 *
 * Throws `definition/invalid` for an asynchronous check, and for a check or transform that throws.
 *
 * @example
 * ```ts
 * import { validateRow } from "sluice/data";
 * import { z } from "zod";
 * const schema = z.object({ km: z.number().positive(), seats: z.int().default(4) });
 * const verdict = validateRow(schema, { km: 3n }); // a 64-bit integer where numbers are wanted
 * if (!verdict.ok || JSON.stringify(verdict.value) !== '{"km":3,"seats":4}') throw new Error("accepted with its default");
 * ```
 */
export function validateRow(
  schema: z.core.$ZodType,
  record: { readonly [name: string]: unknown },
  options: NullOptions = {},
): ZodAnswer {
  return validatorOf(schema, 100).validateRow(record, options);
}
