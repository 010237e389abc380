import { SluiceError } from "../../core/errors.ts";

/** Throws `argument/invalid` unless a change is limited in at least one direction. */
export function requireLimit(options: { readonly maxIncrease?: number; readonly maxDecrease?: number }): void {
  if (options.maxIncrease !== undefined || options.maxDecrease !== undefined) return;
  throw new SluiceError("argument/invalid", {
    found: "neither maxIncrease nor maxDecrease",
    expected: "at least one of them",
    fix: "State how much the value may change.",
  });
}
