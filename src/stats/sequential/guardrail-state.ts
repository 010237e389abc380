import type { GuardrailDirection } from "./guardrail-increments.ts";

/** The arm of a rollout in which something happened. */
export type RolloutArm = "challenger" | "champion";

/** What a `GuardrailEProcess` tests. */
export interface GuardrailOptions {
  /** `harm`: evidence that the risk ratio is above 1 + margin; `safe`: evidence that it is below 1 + margin. */
  readonly direction: GuardrailDirection;
  /** How much worse than the champion, as a share of its rate, is still acceptable: at least 0. @default 0 */
  readonly margin?: number;
}

/** The bad events counted while the challenger had one share of the traffic. */
export interface GuardrailStratum {
  /** The challenger's share when the units of these events were assigned, in [0, 1]. */
  readonly share: number;
  /** Bad events of the challenger. */
  readonly challenger: number;
  /** Bad events of the champion. */
  readonly champion: number;
}

/** The whole state of a `GuardrailEProcess`: plain data, safe to store as JSON. Two of them merge by adding counts, to the bit. */
export interface GuardrailState extends Required<GuardrailOptions> {
  /** The version of this record. */
  readonly version: 1;
  /** The counts by share, ascending. */
  readonly strata: readonly GuardrailStratum[];
}
