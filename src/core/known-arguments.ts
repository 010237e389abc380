import { SluiceError, type SluiceErrorCode } from "./errors.ts";
import { foundText } from "./found-text.ts";

/** What a value that comes without types can be asked to be. */
export type ValueKind = "function" | "list" | "number" | "object" | "text";

const isKind: { readonly [kind in ValueKind]: (value: unknown) => boolean } = {
  function: (value) => typeof value === "function",
  list: (value) => Array.isArray(value),
  number: (value) => typeof value === "number" && Number.isFinite(value),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  text: (value) => typeof value === "string" && value.trim() !== "",
};

const kindText: { readonly [kind in ValueKind]: string } = {
  function: "a function",
  list: "a list",
  number: "a finite number",
  object: "an object",
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
  throw new SluiceError(code, {
    found: `${foundText(value)} as ${argument} of ${call}`,
    expected: kindText[kind],
    fix: `Pass ${argument}.`,
  });
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
