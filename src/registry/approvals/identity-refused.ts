import { SluiceError } from "../../core/errors.ts";

/** The error for a token that names nobody. */
export function identityRefused(found: string): SluiceError {
  return new SluiceError("registry/identity-refused", {
    found: `a token ${found}`,
    expected: "a fresh token of the identity provider, for this audience",
    fix: "Sign in again, and pass the new token.",
  });
}
