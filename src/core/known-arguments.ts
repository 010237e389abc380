import { SluiceError, type SluiceErrorCode } from "./errors.ts";
import { foundText } from "./found-text.ts";

/** What a value that comes without types can be asked to be. */
export type ValueKind = "boolean" | "function" | "list" | "number" | "object" | "signal" | "text";

const isKind: { readonly [kind in ValueKind]: (value: unknown) => boolean } = {
  boolean: (value) => typeof value === "boolean",
  function: (value) => typeof value === "function",
  list: (value) => Array.isArray(value),
  number: (value) => typeof value === "number" && Number.isFinite(value),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  signal: (value) => typeof value === "object" && value !== null && "aborted" in value && "throwIfAborted" in value,
  text: (value) => typeof value === "string" && value.trim() !== "",
};

const kindText: { readonly [kind in ValueKind]: string } = {
  boolean: "true or false",
  function: "a function",
  list: "a list",
  number: "a finite number",
  object: "an object",
  signal: "an AbortSignal",
  text: "a text that is not empty",
};

/** Throws `argument/invalid` (or another code) for an argument of another kind: types forbid it, plain JavaScript passes it. */
export function requireArgument(
  call: string,
  argument: string,
  value: unknown,
  kind: ValueKind,
  code: SluiceErrorCode = "argument/invalid",
): void {
  if (isKind[kind](value)) return;
  throw refusedArgument(call, argument, value, kindText[kind], code);
}

/** As {@link requireArgument}, for what may be left out. */
export function optionalArgument(
  call: string,
  argument: string,
  value: unknown,
  kind: ValueKind,
  code: SluiceErrorCode = "argument/invalid",
): void {
  if (value !== undefined) requireArgument(call, argument, value, kind, code);
}

/** As {@link requireArgument}, for a number within bounds; `Infinity` only where it is the bound. */
export function requireWithin(
  call: string,
  argument: string,
  value: unknown,
  [least, most]: readonly [least: number, most: number],
  code: SluiceErrorCode = "argument/invalid",
): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw refusedArgument(call, argument, value, `a number from ${least} to ${most}`, code);
}

/** The error of an argument that is not what it should be. */
export function refusedArgument(
  call: string,
  argument: string,
  value: unknown,
  expected: string,
  code: SluiceErrorCode = "argument/invalid",
): SluiceError {
  const found = typeof value === "number" ? String(value) : foundText(value);
  return new SluiceError(code, { found: `${found} as ${argument} of ${call}`, expected, fix: `Pass ${argument}.` });
}

/** As {@link requireArgument}, for what another call of the library made: an object that has these members at least. */
export function requireMade(
  call: string,
  value: unknown,
  {
    what,
    by,
    members,
  }: { readonly what: string; readonly by: string; readonly members: { readonly [member: string]: ValueKind } },
  code: SluiceErrorCode = "argument/invalid",
): void {
  const refused = (found: string): SluiceError =>
    new SluiceError(code, { found: `${found} of ${call}`, expected: `${what}, as ${by}`, fix: `Pass ${what}.` });
  if (typeof value !== "object" || value === null) throw refused(`${foundText(value)} as ${what}`);
  for (const [member, kind] of Object.entries(members)) {
    const found: unknown = Reflect.get(value, member);
    if (!isKind[kind](found)) throw refused(`${what} with ${foundText(found)} as ${member}`);
  }
}
