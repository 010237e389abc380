import { closeName } from "../../core/close-name.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";

/** What a policy holds at a path that it should not. */
export function policyRefused(found: string, path: string, expected: string, fix?: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `a promotion policy with ${found}${path === "" ? "" : ` at ${path}`}`,
    expected,
    fix: fix ?? "Correct it there, or make the policy by defaultPolicy() or policyFromJson().",
  });
}

/** As {@link policyRefused}, of a value as it was found. */
export function policyFault(value: unknown, path: string, expected: string): SluiceError {
  const shown = typeof value === "number" || typeof value === "bigint" ? String(value) : foundText(value);
  return path === ""
    ? new SluiceError("definition/invalid", {
        found: `${shown} as a promotion policy`,
        expected,
        fix: "Pass `policy: defaultPolicy({...})`, or a PromotionPolicy of your own.",
      })
    : policyRefused(shown, path, expected);
}

/** The path of a member: `roles.risk`, `roles["head of risk"]`. */
export function memberPath(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

/**
 * The members of a part of a policy, each read once. One that it does not have is refused: it would decide nothing. Errors: `definition/invalid`.
 */
export function partMembers<K extends string>(
  value: unknown,
  path: string,
  known: readonly K[],
  expected: string,
): { readonly [member in K]: unknown } {
  if (!isObject(value)) throw policyFault(value, path, expected);
  const other = Object.keys(value).find((name) => !known.some((one) => one === name));
  if (other !== undefined) {
    const close = closeName(other, known);
    const fix = close === undefined ? "Leave it out, or name one of these." : `Did you mean "${close}"?`;
    throw policyRefused("a member that is not known", memberPath(path, other), known.join(", "), fix);
  }
  return membersNamed(value, known);
}

/** These members of an object, each read once. */
export function membersNamed<K extends string>(
  value: object,
  known: readonly K[],
): { readonly [member in K]: unknown } {
  const members = known.map((name) => [name, Reflect.get(value, name)] as const);
  return Object.fromEntries(members) as { readonly [member in K]: unknown };
}

/** What a plain object holds by names of the host's own; a `Map` is none: it would be read as empty. Errors: `definition/invalid`. */
export function entriesAt(value: unknown, path: string, expected: string): readonly (readonly [string, unknown])[] {
  if (!isPlainObject(value)) throw policyFault(value, path, expected);
  return Object.entries(value);
}

/** A list as it is, holes included. Errors: `definition/invalid`. */
export function listAt(value: unknown, path: string, expected: string): readonly unknown[] {
  if (!Array.isArray(value)) throw policyFault(value, path, expected);
  return Array.from(value);
}

/** A name: a text that says something, and that the log can hold. Errors: `definition/invalid`. */
export function nameAt(value: unknown, path: string, expected: string): string {
  if (isName(value)) return value;
  throw policyFault(value, path, expected);
}

/** A whole number, or refused. Errors: `definition/invalid`. */
export function countAt(value: unknown, path: string, least: number, expected: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw policyFault(value, path, expected);
}

/** Whether a value is a text that says something, and that the log can hold. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.isWellFormed();
}

/** Whether a value is an object of no class. */
export function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
