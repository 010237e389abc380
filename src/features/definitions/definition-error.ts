import { SluiceError } from "../../core/errors.ts";

/** The error of a definition that cannot be: it names the definition. */
export function definitionError(definition: string, found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found: `${found} in ${definition}`, expected, fix });
}

/** Throws `definition/invalid` unless a name is a letter or underscore followed by letters, digits, underscores. */
export function requireName(definition: string, name: string): void {
  if (typeof name === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw definitionError(
    definition,
    `the name ${JSON.stringify(name)}`,
    "a letter or underscore, then letters, digits and underscores",
    "Rename it: the name becomes part of column names such as `view.feature`.",
  );
}
