import { requireArgument } from "../../../core/known-arguments.ts";
import { requireOptions } from "../../../core/known-options.ts";

/** Refuses what are no options of a perturbation, or features that are no list. Errors: `definition/invalid`. */
export function requirePerturbation(
  perturbation: string,
  options: { readonly features?: readonly string[] },
  names: { readonly [name: string]: "optional" | "required" },
): void {
  requireOptions(perturbation, options, names, "definition/invalid");
  const { features } = options;
  if (features !== undefined) requireArgument(perturbation, "features", features, "list", "definition/invalid");
}
