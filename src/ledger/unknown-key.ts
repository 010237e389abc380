import type { Verifier } from "../contracts/signer.ts";
import { SluiceError } from "../core/errors.ts";

/**
 * The error for a record whose signature does not hold because its key is none of the verifier's (`certificate/unknown-key`); `undefined` where
 * the key is known, or the verifier does not tell its keys: then the record itself, or its signature, was changed.
 */
export function unknownKey(verifier: Verifier, keyId: string, subject: string): SluiceError | undefined {
  const keys = verifier.keyIds?.();
  if (keys === undefined || keys.includes(keyId)) return undefined;
  return new SluiceError("certificate/unknown-key", {
    found: `${subject}, signed by key ${keyId}`,
    expected: keys.length === 0 ? "a record signed by a pinned key (none is pinned)" : `one of keys ${keys.join(", ")}`,
    fix: "Set SLUICE_KEY_FILE to the key this workspace was signed with, or pin its public key in `verifier`. If that key was never yours, do not use the record: find out who put it there.",
  });
}
