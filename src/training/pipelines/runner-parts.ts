import { requireWithin } from "../../core/known-arguments.ts";
import { requireTrainingParts, sharedParts } from "../training-calls.ts";

const call = "new PipelineRunner(options)";

/** Refuses what a runner cannot be wired from. Errors: `argument/invalid`. */
export function requireRunnerParts(options: { readonly concurrency?: number; readonly leaseMs?: number }): void {
  requireTrainingParts(call, options, {
    ...sharedParts,
    concurrency: ["optional", "number"],
    leaseMs: ["optional", "number"],
    sleep: ["optional", "function"],
    logger: ["optional", "object"],
  });
  const { concurrency = 1, leaseMs = 1 } = options;
  requireWithin(call, "concurrency", concurrency, [1, Number.MAX_SAFE_INTEGER]);
  requireWithin(call, "leaseMs", leaseMs, [Number.MIN_VALUE, Number.MAX_SAFE_INTEGER]);
}
