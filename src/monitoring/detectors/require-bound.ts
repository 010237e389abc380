import { requireMade } from "../../core/known-arguments.ts";

const boundMade = {
  what: "a bound",
  by: "{ kind, min, max, minCoverage }",
  members: { minCoverage: "number" },
} as const;

/** Refuses what is no bound of a detector. Errors: `argument/invalid`. */
export function requireBound(call: string, bound: unknown): void {
  requireMade(call, bound, boundMade);
}
