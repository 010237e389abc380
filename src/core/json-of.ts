import type { JsonValue } from "./canonical-json.ts";
import { SluiceError } from "./errors.ts";

/**
 * A record as a JSON value, member by member; `undefined` members are left out.
 * Errors: `argument/invalid` for what JSON cannot hold (a NaN, a function, a class).
 */
export function jsonOf(value: unknown): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object") {
    const members: { [key: string]: JsonValue } = {};
    for (const [key, member] of Object.entries(value)) if (member !== undefined) members[key] = jsonOf(member);
    return members;
  }
  throw new SluiceError("argument/invalid", {
    found: `${typeof value} ${String(value)}`,
    expected: "text, booleans, null, finite numbers, and lists and records of them",
    fix: "Leave it out, or store it as text.",
  });
}
