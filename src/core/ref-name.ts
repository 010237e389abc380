import { SluiceError } from "./errors.ts";

const refName = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** The name, if a ref may bear it. Errors: `argument/invalid`. */
export function requireRefName(name: string): string {
  if (name.length <= 512 && refName.test(name) && !name.endsWith("\n")) return name;
  throw new SluiceError("argument/invalid", {
    found: `the ref name ${JSON.stringify(name)}`,
    expected:
      "words of letters, digits and ._- that begin with a letter, digit or underscore, with single slashes between them, at most 512 characters",
    fix: "Choose a plain name, as in datasets/flights.",
  });
}
