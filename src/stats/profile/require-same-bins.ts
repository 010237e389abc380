import { SluiceError } from "../../core/errors.ts";
import { sameBins } from "./bins-bytes.ts";
import type { NumericProfile } from "./numeric-profile.ts";

/** Throws `argument/invalid` unless two profiles are over the same bins. */
export function requireSameBins(reference: NumericProfile, current: NumericProfile): void {
  if (sameBins(reference.bins, current.bins)) return;
  throw new SluiceError("argument/invalid", {
    found: "profiles over different bins",
    expected: "two profiles over the same bins",
    fix: "Freeze the bins once, on the reference, and make both profiles from them.",
  });
}
