import type { Guardrail } from "../contracts/rollout.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { requireArgument } from "../core/known-arguments.ts";
import { requireOptions } from "../core/known-options.ts";

/** What {@link errorRate} takes. */
export interface ErrorRateOptions {
  /** Relative increase of the champion's rate that is still safe, above 0: 0.5 = half as many errors again. @default 0.5 */
  readonly margin?: number;
  /** An error rate that is safe whatever the champion's is, in (0, 1): two models that never fail prove nothing about each other. @default 0.01 */
  readonly atMost?: number;
}

/**
 * The challenger may not fail more often than the champion. A failure is an exception, a timeout, a non-finite or an
 * invalid output; one that the champion's fallback hid counts too.
 */
export function errorRate(options: ErrorRateOptions = {}): Guardrail {
  requireGuardrailOptions("errorRate()", options, { margin: "optional", atMost: "optional" });
  const atMost = proportion("atMost", options.atMost ?? 0.01);
  return { guardrail: "error", margin: positive("margin", options.margin ?? 0.5), atMost };
}

/** What {@link disagreement} takes. */
export interface DisagreementOptions {
  /** Two answers disagree when their first outputs differ by more than this; at least 0. */
  readonly bound: number;
  /** Tolerated share of disagreeing answers, in (0, 1). */
  readonly atMost: number;
}

/** In shadow traffic, where both models answer, the challenger may disagree with the champion on at most a share of units. */
export function disagreement(options: DisagreementOptions): Guardrail {
  requireGuardrailOptions("disagreement()", options, { bound: "required", atMost: "required" });
  return {
    guardrail: "disagreement",
    margin: proportion("atMost", options.atMost),
    bound: nonNegative("bound", options.bound),
  };
}

/** What {@link badOutcome} takes. */
export interface BadOutcomeOptions {
  /** The output's field, as in `probability`. */
  readonly output: string;
  /** The outcome's value it is compared with, as in `delayed`; true counts as 1, false as 0. */
  readonly outcome: string;
  /** An answer was bad when the two differ by more than this; at least 0. @default 0.5 */
  readonly bound?: number;
  /** Relative increase of the champion's rate that is still safe, above 0. @default 0.5 */
  readonly margin?: number;
}

/** The challenger's answers may not prove wrong more often than the champion's, once outcomes are known. */
export function badOutcome(options: BadOutcomeOptions): Guardrail {
  const names = { output: "required", outcome: "required", bound: "optional", margin: "optional" } as const;
  requireGuardrailOptions("badOutcome()", options, names);
  return {
    guardrail: "outcome",
    margin: positive("margin", options.margin ?? 0.5),
    bound: nonNegative("bound", options.bound ?? 0.5),
    output: text("output", options.output),
    outcome: text("outcome", options.outcome),
  };
}

/** What {@link latency} takes. */
export interface LatencyOptions {
  /** A prediction slower than this is bad, milliseconds; above 0. Freeze the champion's 99th percentile here. */
  readonly boundMs: number;
  /** Relative increase of the champion's rate that is still safe, above 0. @default 1 */
  readonly margin?: number;
  /** A rate of slow predictions that is safe whatever the champion's is, in (0, 1). @default 0.02 */
  readonly atMost?: number;
}

/** The challenger may not be slow more often than the champion. Measured while it answers, not in shadow. */
export function latency(options: LatencyOptions): Guardrail {
  requireGuardrailOptions("latency()", options, { boundMs: "required", margin: "optional", atMost: "optional" });
  return {
    guardrail: "latency",
    margin: positive("margin", options.margin ?? 1),
    bound: positive("boundMs", options.boundMs),
    atMost: proportion("atMost", options.atMost ?? 0.02),
  };
}

type Members = { readonly [member in keyof Guardrail]?: "optional" | "required" };

const made: { readonly [kind in Guardrail["guardrail"]]: Members } = {
  error: { guardrail: "required", margin: "required", atMost: "optional" },
  disagreement: { guardrail: "required", margin: "required", bound: "required" },
  outcome: { guardrail: "required", margin: "required", bound: "required", output: "required", outcome: "required" },
  latency: { guardrail: "required", margin: "required", bound: "required", atMost: "optional" },
};

/** A guardrail of a plan, as one of these functions makes it, copied. Errors: `definition/invalid`. */
export function soundGuardrail(given: Guardrail): Guardrail {
  requireArgument("canary()", "a guardrail", given, "object", "definition/invalid");
  const { guardrail } = given;
  if (!Object.hasOwn(made, guardrail))
    throw invalid(`the guardrail ${foundText(guardrail)}`, Object.keys(made).join(", "));
  requireOptions(`the guardrail ${guardrail}`, given, made[guardrail], "definition/invalid");
  if (guardrail === "disagreement") proportion("margin", given.margin);
  else positive("margin", given.margin);
  if (given.bound !== undefined) nonNegative("bound", given.bound);
  if (given.atMost !== undefined) proportion("atMost", given.atMost);
  for (const name of ["output", "outcome"] as const) if (given[name] !== undefined) text(name, given[name]);
  return { ...given };
}

function requireGuardrailOptions(
  call: string,
  options: unknown,
  names: { readonly [name: string]: "optional" | "required" },
): void {
  requireOptions(call, options, names, "definition/invalid");
}

function positive(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw invalid(`${name} ${shown(value)}`, "a number above 0");
}

function nonNegative(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw invalid(`${name} ${shown(value)}`, "a number of at least 0");
}

function proportion(name: string, value: unknown): number {
  if (typeof value === "number" && value > 0 && value < 1) return value;
  throw invalid(`${name} ${shown(value)}`, "a proportion in (0, 1)");
}

function text(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${name} ${shown(value)}`, "the name of a field");
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : foundText(value);
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", { found, expected, fix: "Change the guardrail." });
}
