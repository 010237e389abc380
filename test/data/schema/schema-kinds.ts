import type { z } from "zod";

/** The kinds of schema and of check that a schema is made of, by zod's names. */
export function schemaKinds(schema: z.core.$ZodType, found: Set<string> = new Set(), depth: number = 0): Set<string> {
  const { def } = schema._zod;
  found.add(def.type);
  for (const check of def.checks ?? []) found.add(`check ${check._zod.def.check}`);
  if (depth > 4) return found;
  for (const member of Object.values(def).flatMap(parts)) schemaKinds(member, found, depth + 1);
  return found;
}

/** The schemas in a member of a definition: itself, the options of a union, the fields of an object. */
function parts(member: unknown): z.core.$ZodType[] {
  if (isSchema(member)) return [member];
  if (Array.isArray(member)) return member.filter(isSchema);
  const isPlain = typeof member === "object" && member !== null && Object.getPrototypeOf(member) === Object.prototype;
  return isPlain ? Object.values(member).filter(isSchema) : [];
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value && "~standard" in value;
}
