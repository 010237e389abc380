import { SluiceError } from "../core/errors.ts";
import type { Guardrail } from "../contracts/rollout.ts";

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
  return {
    guardrail: "outcome",
    margin: positive("margin", options.margin ?? 0.5),
    bound: nonNegative("bound", options.bound ?? 0.5),
    output: options.output,
    outcome: options.outcome,
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
  return {
    guardrail: "latency",
    margin: positive("margin", options.margin ?? 1),
    bound: positive("boundMs", options.boundMs),
    atMost: proportion("atMost", options.atMost ?? 0.02),
  };
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw invalid(`${name} ${value}`, "a number above 0");
}

function nonNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(`${name} ${value}`, "a number of at least 0");
}

function proportion(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw invalid(`${name} ${value}`, "a proportion in (0, 1)");
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", { found, expected, fix: "Change the guardrail." });
}
