import type { ArmCounts } from "./arm-counts.ts";

/** What the router saw of answered requests; all arrays have one length, one entry a request. */
export interface AnsweredObservation {
  readonly kind: "answered";
  readonly stepIndex: number;
  /** The challenger's share when they were assigned. */
  readonly share: number;
  /** The units' buckets in [0, 1). */
  readonly buckets: Float64Array;
  /** 1 where the request was assigned to the challenger, also if the champion answered in the end. */
  readonly challenger: Uint8Array;
  /** 1 where the assigned model failed. */
  readonly failed: Uint8Array;
  /** How long the assigned model took, milliseconds. */
  readonly latencyMs: Float64Array;
}

/** What shadow traffic showed: both models on the same requests. */
export interface ShadowedObservation {
  readonly kind: "shadowed";
  readonly stepIndex: number;
  readonly buckets: Float64Array;
  readonly championFailed: Uint8Array;
  readonly challengerFailed: Uint8Array;
  /** Absolute difference of the first outputs; unspecified where one failed. */
  readonly difference: Float64Array;
}

/** What an outcome said about an answer, or about a pair of answers in shadow traffic. */
export interface OutcomeObservation {
  readonly kind: "outcome";
  readonly bucket: number;
  /** The share when the request was assigned; 0 = shadow, and then both verdicts count. */
  readonly share: number;
  /** Whether the champion's answer was bad; `undefined` = it gave none. */
  readonly championBad: boolean | undefined;
  readonly challengerBad: boolean | undefined;
}

/** What a rollout learns from, as seen. */
export type Observation = AnsweredObservation | ShadowedObservation | OutcomeObservation;

/** Trials and how many of them were bad. */
export interface Tally {
  readonly n: number;
  readonly bad: number;
}

/** Bad events of each kind, by the share in force when their units were assigned. */
export interface BadEvents {
  readonly error: readonly ArmCounts[];
  readonly outcome: readonly ArmCounts[];
  readonly latency: readonly ArmCounts[];
}

/** What is left of observations once every unit counts once: what a rollout's state is stepped by. */
export interface Evidence {
  readonly stepIndex: number;
  readonly requests: number;
  /** Bad events that count, the first of their kind of each unit; a pair in shadow traffic has the share one half. */
  readonly bad: BadEvents;
  /** Units seen for the first time, by the share they were assigned at. */
  readonly assigned: readonly ArmCounts[];
  /** The challenger's first answer to each unit: how many failed. */
  readonly errors: Tally;
  /** The challenger's first answer to each unit: how many were slow. */
  readonly slow: Tally;
  /** The first shadow pair of each unit: how many disagreed. */
  readonly pairs: Tally;
  /** The champion's first answer to each unit: how many failed. */
  readonly championErrors: Tally;
}
