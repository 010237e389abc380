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
 * Throws `argument/invalid` for NaN, ±Infinity, lone surrogates, and anything that is not JSON, with its place below `root`; also for what is in itself, or
 * more than a thousand levels deep.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "sluice/core";
 * if (canonicalJson({ b: 1, a: [true, null] }) !== '{"a":[true,null],"b":1}') throw new Error("not canonical");
 * ```
 */
export function canonicalJson(value: JsonValue, root: string = "$"): string {
  const text = write(value, 0);
  if (text === undefined) throw faultIn(value, root, 0) ?? notJson("a value that changed as it was written", root);
  return text;
}

/** How deep a value may be: the stack has an end, and what is in itself has none. */
const deepest = 1000;

/** The text, or `undefined` where something in it is no JSON: where that is, is looked for only then. */
function write(value: JsonValue | undefined, depth: number): string | undefined {
  if (fault(value) !== undefined) return undefined;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (depth > deepest) return undefined;
  return isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
}

function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeArray(value: readonly JsonValue[], depth: number): string | undefined {
  const items: string[] = [];
  for (const item of value) {
    const text = write(item, depth);
    if (text === undefined) return undefined;
    items.push(text);
  }
  return `[${items.join(",")}]`;
}

function writeObject(value: { readonly [key: string]: JsonValue | undefined }, depth: number): string | undefined {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    const [name, text] = [write(key, depth), write(member, depth)];
    if (name === undefined || text === undefined) return undefined;
    members.push(`${name}:${text}`);
  }
  return `{${members.join(",")}}`;
}

/** What a value is by itself, where that is no JSON. */
function fault(value: unknown): string | undefined {
  switch (typeof value) {
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : String(value);
    case "string":
      return value.isWellFormed() ? undefined : "a string with a lone surrogate";
    case "object":
      return isPlain(value) ? undefined : "an object of a class";
    default:
      return typeof value;
  }
}

function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The first fault in the order of writing. */
function faultIn(value: JsonValue | undefined, path: string, depth: number): SluiceError | undefined {
  const found = fault(value);
  if (found !== undefined) return notJson(found, path);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > deepest)
    return notJson(`a value that is in itself, or more than ${deepest} levels deep,`, `${path.slice(0, 60)}…`);
  const members: readonly (readonly [string, JsonValue | undefined])[] = isArray(value)
    ? Array.from(value, (item, i) => [`${path}[${i}]`, item] as const)
    : Object.keys(value)
        .sort()
        .map((key) => [`${path}.${key}`, value[key]] as const);
  for (const [where, member] of members) {
    const within =
      (isArray(value) ? undefined : faultIn(where.slice(path.length + 1), path, depth + 1)) ??
      (member === undefined && !isArray(value) ? undefined : faultIn(member, where, depth + 1));
    if (within !== undefined) return within;
  }
  return undefined;
}

function notJson(found: string, path: string, cause?: unknown): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} at ${path}`,
    expected: "a JSON value with finite numbers and well-formed strings",
    fix: "Store such values as bytes or text, or leave them out.",
    cause,
  });
}
