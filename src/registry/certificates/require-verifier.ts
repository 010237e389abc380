import { requireMade } from "../../core/known-arguments.ts";

const verifierMade = {
  what: "a verifier",
  by: "pinnedKeysVerifier({ keys }) makes one",
  members: { verify: "function" },
} as const;

/** Refuses what verifies nothing. Errors: `argument/invalid`. */
export function requireVerifier(call: string, verifier: unknown): void {
  requireMade(call, verifier, verifierMade);
}
