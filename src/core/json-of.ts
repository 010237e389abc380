import type { JsonValue } from "./canonical-json.ts";
import { SluiceError } from "./errors.ts";

/**
 * A record as a JSON value, member by member; `undefined` members are left out.
 * Errors: `argument/invalid` for what JSON cannot hold (a NaN, a function, a `Date`, a `Map`, what is in itself).
 */
export function jsonOf(value: unknown): JsonValue {
  return jsonAt(value, 0);
}

function jsonAt(value: unknown, depth: number): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (depth > deepest) throw refused(`a value that is in itself, or more than ${deepest} levels deep`);
  if (Array.isArray(value)) return value.map((item) => jsonAt(item, depth + 1));
  if (typeof value === "object") {
    if (isLossy(value)) throw refused(`an object of the class ${value.constructor.name}`);
    const members: { [key: string]: JsonValue } = {};
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const json = jsonAt(member, depth + 1);
      // Set, it would be the prototype.
      if (key === "__proto__") Object.defineProperty(members, key, { ...asMember, value: json });
      else members[key] = json;
    }
    return members;
  }
  throw refused(`${typeof value} ${String(value)}`);
}

const asMember: PropertyDescriptor = { enumerable: true, configurable: true, writable: true };

/** How deep a value may be: the stack has an end, and what is in itself has none. */
const deepest = 1000;

/** What has its content elsewhere than in members: it would be stored as `{}`, or as an object of numbers. */
function isLossy(value: object): boolean {
  return value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
}

function refused(found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found,
    expected: "text, booleans, null, finite numbers, and lists and records of them",
    fix: "Leave it out, or store it as text.",
  });
}
