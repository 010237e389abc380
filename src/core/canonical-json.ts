import { SluiceError } from "./errors.ts";

/** A value JSON can hold. `undefined` members of objects are left out, as JSON does. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * JSON in the canonical form of RFC 8785: keys sorted by UTF-16 code units, no white space, ECMAScript number format.
 *
 * Throws `argument/invalid` for NaN, ±Infinity, lone surrogates, and anything that is not JSON.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "sluice/core";
 * if (canonicalJson({ b: 1, a: [true, null] }) !== '{"a":[true,null],"b":1}') throw new Error("not canonical");
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, "$");
}

function write(value: JsonValue | undefined, path: string): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw notJson(String(value), path);
      return JSON.stringify(value);
    case "string":
      if (!value.isWellFormed()) throw notJson("a string with a lone surrogate", path);
      return JSON.stringify(value);
    case "object":
      return isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw notJson(typeof value, path);
  }
}

function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeArray(value: readonly JsonValue[], path: string): string {
  return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`)).join(",")}]`;
}

function writeObject(value: { readonly [key: string]: JsonValue | undefined }, path: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson("an object of a class", path);
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${write(key, path)}:${write(member, `${path}.${key}`)}`);
  }
  return `{${members.join(",")}}`;
}

function notJson(found: string, path: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} at ${path}`,
    expected: "a JSON value with finite numbers and well-formed strings",
    fix: "Store such values as bytes or text, or leave them out.",
  });
}
