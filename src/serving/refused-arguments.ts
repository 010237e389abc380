import type { SluiceError } from "../core/errors.ts";
import { refusedArgument } from "../core/known-arguments.ts";

/** The error of a call that takes texts alone. */
export function refusedTexts(call: string, given: { readonly [argument: string]: unknown }): SluiceError {
  const [name, value] = Object.entries(given).find(([, one]) => typeof one !== "string") ?? ["an argument", undefined];
  return refusedArgument(call, name, value, "a text");
}

/** The error of a call that takes numbers alone. */
export function refusedNumbers(call: string, given: { readonly [argument: string]: unknown }): SluiceError {
  const [name, value] = Object.entries(given).find(([, one]) => typeof one !== "number") ?? ["an argument", undefined];
  return refusedArgument(call, name, value, "a number");
}
