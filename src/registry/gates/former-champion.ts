import type { Gate } from "../../contracts/gate.ts";

/** The gate of a rollback: the version was in production before, by a certificate that still holds. */
export function formerChampion(held: { readonly valid: boolean; readonly reason: string }): Gate {
  return {
    gate: "formerChampion",
    params: {},
    judge: ({ version }) => ({
      gate: "formerChampion",
      outcome: held.valid ? "pass" : "fail",
      reason: held.reason,
      fix: `Name another version: registry.versions("${version.name}") has them all.`,
    }),
  };
}
