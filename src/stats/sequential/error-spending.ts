import { SluiceError } from "../../core/errors.ts";
import { normalIsf, normalSf } from "../distributions/normal.ts";
import { requireOneOf, requirePositive } from "../require-argument.ts";

/**
 * How an error is spent over a test with planned looks, as a function of the fraction t of the planned information.
 *
 * - `obrien-fleming`: 2 (1 − Φ(z_{α/2}/√t)), hardly anything early (Lan and DeMets, 1983);
 * - `pocock`: α ln(1 + (e − 1) t), nearly the same boundary at each look (Lan and DeMets, 1983);
 * - `power`: α t^exponent (Kim and DeMets, 1987); the exponent is above 0;
 * - `hwang-shih-decani`: α (1 − e^(−γ t))/(1 − e^(−γ)) (1990); γ from −40 to 40, the smaller, the later it is spent; 0 spends evenly.
 */
export type ErrorSpending =
  | "obrien-fleming"
  | "pocock"
  | { readonly family: "power"; readonly exponent: number }
  | { readonly family: "hwang-shih-decani"; readonly gamma: number };

/** Makes the function t ↦ the part of `error` that is spent at t, or throws `argument/invalid` for an unknown family. */
export function spendingFunction(name: string, spending: ErrorSpending, error: number): (fraction: number) => number {
  const spent = inside(name, spending, error);
  return (fraction) => (fraction >= 1 ? error : Math.min(error, spent(fraction)));
}

function inside(name: string, spending: ErrorSpending, error: number): (fraction: number) => number {
  if (typeof spending !== "object" || spending === null) {
    const family = requireOneOf(name, spending, ["obrien-fleming", "pocock"]);
    const z = normalIsf(error / 2);
    if (family === "obrien-fleming") return (t) => 2 * normalSf(z / Math.sqrt(t));
    return (t) => error * Math.log1p((Math.E - 1) * t);
  }
  requireOneOf(`${name}.family`, spending.family, ["power", "hwang-shih-decani"]);
  if (spending.family === "power") {
    const exponent = requirePositive(`${name}.exponent`, spending.exponent);
    return (t) => error * t ** exponent;
  }
  const { gamma } = spending;
  if (!(Math.abs(gamma) <= 40)) {
    throw new SluiceError("argument/invalid", {
      found: `${name}.gamma = ${String(gamma)}`,
      expected: "a number from -40 to 40",
      fix: "Pass -4 for a shape like O'Brien and Fleming's, 1 for one like Pocock's.",
    });
  }
  if (gamma === 0) return (t) => error * t;
  return (t) => (error * Math.expm1(-gamma * t)) / Math.expm1(-gamma);
}
