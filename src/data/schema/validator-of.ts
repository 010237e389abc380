import type { z } from "zod";
import { SchemaValidator } from "./schema-validator.ts";

/** Compiled schemas, as long as the schemas themselves live: judging single records must not compile each time. */
const validators = new WeakMap<z.core.$ZodType, { readonly keepFaults: number; readonly validator: SchemaValidator }>();

/** The validator of a plain schema, compiled once. */
export function validatorOf(schema: z.core.$ZodType, keepFaults: number): SchemaValidator {
  const known = validators.get(schema);
  if (known?.keepFaults === keepFaults) return known.validator;
  const validator = new SchemaValidator({ name: "rows", schema }, { keepFaults, onUnfitColumn: "refuse" });
  validators.set(schema, { keepFaults, validator });
  return validator;
}
