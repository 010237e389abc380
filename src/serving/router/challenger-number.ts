import type { ModelVersion } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";

/** A challenger: a registered version of the router's model, or its number. */
export type Challenger = number | Pick<ModelVersion, "name" | "version">;

/** The number of a challenger, checked also for callers without types. Errors: `argument/invalid`. */
export function challengerNumber(model: string, challenger: Challenger): number {
  const given: unknown = challenger;
  if (typeof given === "number") return checked(given, `the version ${given}`);
  if (typeof given !== "object" || given === null || !("name" in given) || !("version" in given))
    throw invalid(foundText(given), model);
  const { name, version } = given;
  const shown = `version ${typeof version === "number" ? version : foundText(version)} of ${foundText(name)}`;
  if (name !== model || typeof version !== "number") throw invalid(shown, model);
  return checked(version, shown);

  function checked(number: number, found: string): number {
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw invalid(found, model);
  }
}

function invalid(found: string, model: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} as the challenger`,
    expected: `a version of "${model}", or its number from 1`,
    fix: "Pass what registry.register() returned, or its `version`.",
  });
}
