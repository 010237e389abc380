import { SluiceError } from "../../core/errors.ts";
import { requireCount, requireNonNegative, requireOpenFraction } from "../require-argument.ts";
import { type GuardrailDirection, guardrailIncrements } from "./guardrail-increments.ts";
import { logMeanExp } from "./log-mean-exp.ts";

/** The arm of a rollout in which something happened. */
export type RolloutArm = "challenger" | "champion";

/** What a {@link GuardrailEProcess} tests. */
export interface GuardrailOptions {
  /** `harm`: evidence that the risk ratio is above 1 + margin; `safe`: evidence that it is below 1 + margin. */
  readonly direction: GuardrailDirection;
  /** How much worse than the champion, as a share of its rate, is still acceptable: at least 0. @default 0 */
  readonly margin?: number;
}

/** The bad events counted while the challenger had one share of the traffic. */
export interface GuardrailStratum {
  /** The challenger's share when these events happened, in [0, 1]. */
  readonly share: number;
  /** Bad events of the challenger. */
  readonly challenger: number;
  /** Bad events of the champion. */
  readonly champion: number;
}

/** The whole state of a {@link GuardrailEProcess}: plain data, safe to store as JSON. Two of them merge by adding counts, to the bit. */
export interface GuardrailState extends Required<GuardrailOptions> {
  /** The version of this record. */
  readonly version: 1;
  /** The counts by share, ascending. */
  readonly strata: readonly GuardrailStratum[];
}

interface Stratum {
  readonly share: number;
  challenger: number;
  champion: number;
  readonly increments: ReturnType<typeof guardrailIncrements>;
}

/**
 * A test of a guardrail (errors, slow answers, disagreements) that may be looked at after every event: if the null hypothesis holds,
 * the chance that it *ever* reaches E ≥ 1/α is at most α.
 *
 * It looks at bad events only and asks in which arm each happened. Under random assignment with the challenger's share π that arm is
 * the challenger with probability πφ/(πφ + 1 − π), φ being the risk ratio, whatever the base rate is and does. So the test stays exact
 * while shares ramp and base rates drift, as long as each event is stamped with the share in force when its unit was assigned. Good
 * events cost nothing. Count at most the first bad event of a unit: repeated ones are not independent.
 *
 * Method: a mixture over a grid of 25 risk ratios; Lindon et al., "Rapid regression detection in software deployments", KDD 2022.
 *
 * @example
 * ```ts
 * import { GuardrailEProcess } from "sluice/stats";
 * const harm = new GuardrailEProcess({ direction: "harm" });
 * for (let i = 0; i < 12; i++) harm.addBad("challenger", 0.1);
 * harm.addBad("champion", 0.1);
 * if (!harm.crossed(0.05)) throw new Error("12 of 13 bad events in a tenth of the traffic are no chance");
 * const restored = GuardrailEProcess.fromState(JSON.parse(JSON.stringify(harm.state())));
 * if (restored.logE() !== harm.logE()) throw new Error("the state is complete");
 * ```
 */
export class GuardrailEProcess {
  /** What is tested. */
  readonly direction: GuardrailDirection;
  /** The acceptable margin. */
  readonly margin: number;
  readonly #strata: Stratum[] = [];
  readonly #scratch: Float64Array = new Float64Array(25);

  constructor(options: GuardrailOptions) {
    this.direction = options.direction;
    this.margin = requireNonNegative("margin", options.margin ?? 0);
  }

  /** Restores a process from its {@link GuardrailState}. */
  static fromState(state: GuardrailState): GuardrailEProcess {
    const process = new GuardrailEProcess(state);
    process.merge(state);
    return process;
  }

  /**
   * Counts bad events of one arm.
   *
   * Throws `argument/invalid` for a share outside [0, 1] and for an event in an arm that had no traffic.
   *
   * @param share - The challenger's share of the traffic when the unit was assigned.
   * @param count - How many events: a whole number. @default 1
   */
  addBad(arm: RolloutArm, share: number, count: number = 1): void {
    const stratum = this.#stratum(share);
    requireCount("count", count);
    if (count > 0 && share === (arm === "challenger" ? 0 : 1)) {
      throw new SluiceError("argument/invalid", {
        found: `a bad event of the ${arm} while the challenger had the share ${share}`,
        expected: "events only in arms that had traffic",
        fix: "Stamp each event with the share in force when its unit was assigned.",
      });
    }
    stratum[arm] += count;
  }

  /** Adds the counts of another process of the same test, for example of another server. Throws `argument/invalid` if the tests differ. */
  merge(other: GuardrailState): void {
    if (other.direction !== this.direction || other.margin !== this.margin) {
      throw new SluiceError("argument/invalid", {
        found: `a ${other.direction} test with margin ${other.margin}`,
        expected: `a ${this.direction} test with margin ${this.margin}`,
        fix: "Merge only states of the same guardrail.",
      });
    }
    for (const { share, challenger, champion } of other.strata) {
      this.addBad("challenger", share, challenger);
      this.addBad("champion", share, champion);
    }
  }

  /** The natural logarithm of the e-value: 0 without events; the larger, the stronger the evidence. */
  logE(): number {
    return logMeanExp(this.#sums());
  }

  /** Tells whether the evidence has reached E ≥ 1/alpha. Ask at any time, as often as you like. */
  crossed(alpha: number): boolean {
    const needed = -Math.log(requireOpenFraction("alpha", alpha));
    const sums = this.#sums();
    let largest = Number.NEGATIVE_INFINITY;
    for (let g = 0; g < 25; g++) largest = Math.max(largest, sums[g] as number);
    return largest >= needed && logMeanExp(sums) >= needed;
  }

  /** The state so far, strata ascending by share: equal counts give equal states, in whatever order they came. */
  state(): GuardrailState {
    const strata = this.#strata
      .filter(({ challenger, champion }) => challenger + champion > 0)
      .map(({ share, challenger, champion }) => ({ share, challenger, champion }));
    return { version: 1, direction: this.direction, margin: this.margin, strata };
  }

  #stratum(share: number): Stratum {
    const strata = this.#strata;
    for (let i = strata.length - 1; i >= 0; i--) {
      const stratum = strata[i] as Stratum;
      if (stratum.share === share) return stratum;
    }
    const made = {
      share,
      challenger: 0,
      champion: 0,
      increments: guardrailIncrements(this.direction, this.margin, share),
    };
    strata.push(made);
    strata.sort((a, b) => a.share - b.share);
    return made;
  }

  #sums(): Float64Array {
    const sums = this.#scratch.fill(0);
    for (let s = 0; s < this.#strata.length; s++) {
      const { challenger, champion, increments } = this.#strata[s] as Stratum;
      const ofChallenger = increments.challenger;
      const ofChampion = increments.champion;
      for (let g = 0; g < 25; g++) {
        const added = challenger * (ofChallenger[g] as number) + champion * (ofChampion[g] as number);
        sums[g] = (sums[g] as number) + added;
      }
    }
    return sums;
  }
}
