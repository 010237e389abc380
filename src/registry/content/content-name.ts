import { SluiceError } from "../../core/errors.ts";

/** Refuses what is no name. Errors: `definition/invalid`. */
export function requireContentName(kind: string, name: string): void {
  if (typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return;
  throw new SluiceError("definition/invalid", {
    found: `the name ${JSON.stringify(name)} of a ${kind}`,
    expected: "1 to 128 letters, digits, dots, dashes and underscores",
    fix: "Choose such a name.",
  });
}
