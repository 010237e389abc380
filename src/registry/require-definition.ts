import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { requireMade } from "../core/known-arguments.ts";

const serviceMade = {
  what: "a feature service",
  by: "featureService() defines it",
  members: { name: "text", hash: "text", schemaHash: "text", features: "list", input: "object" },
} as const;

/** Refuses what is no feature service. Errors: `definition/invalid`. */
export function requireService(call: string, service: unknown): void {
  requireMade(call, service, serviceMade, "definition/invalid");
}

/** Refuses what is no schema of zod. Errors: `definition/invalid`. */
export function requireSchema(call: string, option: string, schema: unknown): void {
  const internals: unknown = typeof schema === "object" && schema !== null ? Reflect.get(schema, "_zod") : undefined;
  if (typeof internals === "object" && internals !== null) return;
  throw new SluiceError("definition/invalid", {
    found: `${foundText(schema)} as ${option} of ${call}`,
    expected: "a schema of zod 4, as z.object({ … })",
    fix: `Pass ${option}.`,
  });
}
