import type { z } from "zod";
import { definitionOf, isZodsOwn } from "./zod-definition.ts";

/**
 * An object of one field of a plain object, made as zod itself makes copies: on that field alone it has the object's own verdict, issues and
 * wording. `undefined` where it cannot be made.
 */
export function singleField(root: z.core.$ZodObject, name: string): z.core.$ZodType | undefined {
  const field = root._zod.def.shape[name];
  const make: unknown = Reflect.get(root._zod, "constr");
  if (field === undefined || typeof make !== "function" || !isZodsOwn(root)) return undefined;
  const shape = Object.defineProperty({}, name, { value: field, enumerable: true });
  const made: unknown = Reflect.construct(make, [{ ...definitionOf(root), shape }]);
  return isSchema(made) ? made : undefined;
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value && "~standard" in value;
}
