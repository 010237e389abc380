import { closeName } from "./close-name.ts";
import { SluiceError, type SluiceErrorCode } from "./errors.ts";
import { foundText } from "./found-text.ts";

/** The options of a call by name, and whether each must be given. */
export type OptionNames<O> = {
  readonly [K in keyof O]-?: Record<never, never> extends Pick<O, K> ? "optional" : "required";
};

/**
 * Throws `argument/invalid` (or another code) unless options are an object with known names alone and all required ones: an option that is
 * mistyped would be ignored otherwise, which types tell and plain JavaScript does not.
 */
export function requireOptions(
  call: string,
  options: unknown,
  names: { readonly [name: string]: "optional" | "required" },
  code: SluiceErrorCode = "argument/invalid",
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new SluiceError(code, { found: `${call} with ${foundText(options)} as options`, ...optionsText(names) });
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name)) throw unknownOption(call, name, names, code);
  requireNeeded(call, options, names, code);
}

/**
 * As {@link requireOptions}, for the parts that an object is wired with: hosts spread what they have, with parts of others in it. An unknown name is
 * refused only where it is close to that of a part which is not given.
 */
export function requireParts(
  call: string,
  parts: unknown,
  names: { readonly [name: string]: "optional" | "required" },
): void {
  if (typeof parts !== "object" || parts === null) {
    requireOptions(call, parts, names);
    return;
  }
  for (const name of Object.keys(parts)) {
    if (Object.hasOwn(names, name)) continue;
    const close = closeName(name, Object.keys(names));
    if (close !== undefined && !(close in parts)) throw unknownOption(call, name, names, "argument/invalid");
  }
  requireNeeded(call, parts, names, "argument/invalid");
}

function requireNeeded(
  call: string,
  options: object,
  names: { readonly [name: string]: "optional" | "required" },
  code: SluiceErrorCode,
): void {
  for (const [name, need] of Object.entries(names)) {
    if (need === "required" && Reflect.get(options, name) === undefined)
      throw new SluiceError(code, { found: `${call} without ${name}`, ...optionsText(names) });
  }
}

function unknownOption(
  call: string,
  name: string,
  names: { readonly [name: string]: unknown },
  code: SluiceErrorCode,
): SluiceError {
  const known = Object.keys(names);
  const close = closeName(name, known);
  return new SluiceError(code, {
    found: `the option "${name}" of ${call}`,
    expected: known.length === 0 ? "no options" : `options among ${known.join(", ")}`,
    fix: close === undefined ? "Leave it out, or name one of these." : `Did you mean "${close}"?`,
  });
}

function optionsText(names: { readonly [name: string]: "optional" | "required" }): {
  readonly expected: string;
  readonly fix: string;
} {
  const required = Object.keys(names).filter((name) => names[name] === "required");
  const needed = required.length === 0 ? "" : ` with ${required.join(" and ")}`;
  return {
    expected: `an object${needed}; options are ${Object.keys(names).join(", ")}`,
    fix: required.length === 0 ? "Pass an object, or nothing." : `Pass { ${required.join(", ")} }.`,
  };
}
