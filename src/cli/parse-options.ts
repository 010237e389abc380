import { parseArgs } from "node:util";
import { SluiceError } from "../core/errors.ts";

/** An option: what it takes. */
export interface OptionKind {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly short?: string;
}

/** What was given: options by name, and the rest. */
export interface ParsedOptions {
  /** The value of an option that takes one. */
  text(name: string): string | undefined;
  /** The values of an option that may be given several times. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  readonly rest: readonly string[];
}

/** Parses a command's arguments. Errors: `argument/invalid` for what it does not know. */
export function parseOptions(
  command: string,
  args: readonly string[],
  options: { readonly [name: string]: OptionKind },
  mostRest: number = 0,
): ParsedOptions {
  const { values, positionals } = parsed(command, args, options);
  const extra = positionals[mostRest];
  if (extra !== undefined) throw usage(command, `the argument ${JSON.stringify(extra)}`, "no more arguments");
  const texts = (name: string): readonly string[] => {
    const value = values[name];
    return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  };
  return {
    text: (name) => texts(name)[0],
    texts,
    flag: (name) => values[name] === true,
    rest: positionals,
  };
}

function parsed(
  command: string,
  args: readonly string[],
  options: { readonly [name: string]: OptionKind },
): { readonly values: { readonly [name: string]: unknown }; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: { ...options }, allowPositionals: true, strict: true });
  } catch (error) {
    const found = error instanceof Error ? (error.message.split(/\n|\. /)[0] ?? "") : String(error);
    throw usage(
      command,
      found,
      `one of ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(", ")}`,
    );
  }
}

/** The error for a command that was called as it cannot be. */
export function usage(command: string, found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: `See "sluice ${command} --help".` });
}
