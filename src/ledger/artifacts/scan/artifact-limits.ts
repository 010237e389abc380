import type { ArtifactLimits } from "../../../contracts/artifact-scan.ts";
import { SluiceError } from "../../../core/errors.ts";

const gibibyte = 2 ** 30;

/** The limits with what they leave out. Errors: `argument/invalid` for a limit that is no positive number. */
export function withDefaults(limits: ArtifactLimits): Required<ArtifactLimits> {
  const held = {
    allow: limits.allow ?? [],
    maxBytes: limits.maxBytes ?? 8 * gibibyte,
    maxFiles: limits.maxFiles ?? 10_000,
    maxUnpackedBytes: limits.maxUnpackedBytes ?? 8 * gibibyte,
    maxUnpackRatio: limits.maxUnpackRatio ?? 200,
  };
  for (const [name, value] of Object.entries(held)) {
    if (typeof value !== "number" || value > 0) continue;
    throw new SluiceError("argument/invalid", {
      found: `the limit ${name}: ${value}`,
      expected: "a positive number",
      fix: "Leave it out for its default.",
    });
  }
  return held;
}
