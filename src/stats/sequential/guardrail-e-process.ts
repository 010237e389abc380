import { SluiceError } from "../../core/errors.ts";
import {
  requireCount,
  requireFraction,
  requireNonNegative,
  requireOneOf,
  requireOpenFraction,
  requireSameLength,
} from "../require-argument.ts";
import { guardrailBytes, guardrailStateOf } from "./guardrail-bytes.ts";
import { type GuardrailDirection, guardrailGrid, guardrailIncrements } from "./guardrail-increments.ts";
import type { GuardrailOptions, GuardrailState, GuardrailStratum, RolloutArm } from "./guardrail-state.ts";
import { GuardrailSums, guardrailParts } from "./guardrail-sums.ts";
import { largestOf, logMeanExp } from "./log-mean-exp.ts";

interface Stratum {
  readonly share: number;
  challenger: number;
  champion: number;
  /** The part of the counts that is in the running sums. */
  readonly summed: { challenger: number; champion: number };
  /** Whether it waits to be summed. */
  waits: boolean;
  /** Kept for the shares in use; `undefined` for the others. */
  parts: ReturnType<typeof guardrailParts> | undefined;
}

const directions: readonly GuardrailDirection[] = ["harm", "safe"];
const arms: readonly RolloutArm[] = ["challenger", "champion"];
/** For how many shares the increments are kept: 0.4 MB. */
const mostKept = 512;
/** Above ln 25: how far the logarithm of the mean over the grid can be below that of its largest term. */
const meanGap = 3.3;
/** Above every increment of an event of the arm that speaks for the alternative; those of the other arm are below 0. */
const mostPerEvent: Readonly<Record<GuardrailDirection, number>> = { harm: 3, safe: 2 };

/**
 * A test of a guardrail (errors, slow answers, disagreements) that may be looked at after every event: if the null hypothesis holds,
 * the chance that it *ever* reaches E ≥ 1/α is at most α.
 *
 * It looks at bad events only and asks in which arm each happened. Under random assignment with the challenger's share π that arm is
 * the challenger with probability πφ/(πφ + 1 − π), φ being the risk ratio, whatever the base rate is and does. So the test stays exact
 * while shares ramp and base rates drift, as long as each event is stamped with the share in force when its unit was assigned. Good
 * events cost nothing. For latency, freeze a threshold first (the champion's p99 of an earlier window): bad is what took longer.
 *
 * **Count at most the first bad event of a unit.** Later ones of the same user land in the same arm, so they are no new evidence: counted
 * per request, 500 users who fail at different rates made 19% false alarms of a nominal 5%; fewer users make more.
 *
 * Method: a mixture over a grid of 25 risk ratios; Lindon et al., "Rapid regression detection in software deployments", KDD 2022.
 * The e-value is a function of the counts by share alone, to the bit, whatever the order of the events and merges. An event and a look
 * cost the same however many shares there were.
 *
 * @example
 * ```ts
 * import { GuardrailEProcess } from "sluice/stats";
 * const harm = new GuardrailEProcess({ direction: "harm" });
 * for (let i = 0; i < 12; i++) harm.addBad("challenger", 0.1);
 * harm.addBad("champion", 0.1);
 * if (!harm.crossed(0.05)) throw new Error("12 of 13 bad events in a tenth of the traffic are no chance");
 * const restored = GuardrailEProcess.fromBytes(harm.toBytes());
 * restored.addAll([1, 0, 0], [0.1, 0.1, 0.25]); // 1: an event of the challenger
 * if (restored.events !== 16 || harm.events !== 13) throw new Error("the bytes are complete");
 * ```
 */
export class GuardrailEProcess {
  /** What is tested. */
  readonly direction: GuardrailDirection;
  /** The acceptable margin. */
  readonly margin: number;
  readonly #strata: Map<number, Stratum> = new Map();
  readonly #waiting: Stratum[] = [];
  readonly #kept: Stratum[] = [];
  readonly #sums: GuardrailSums = new GuardrailSums();
  #last: Stratum | undefined = undefined;
  #events = 0;
  /** The level that was last asked for, and the logarithm it takes. */
  #alpha: number = Number.NaN;
  #needed = 0;
  /** At least the largest sum, with what waits. */
  #reach = 0;

  constructor(options: GuardrailOptions) {
    this.direction = requireOneOf("direction", options.direction, directions);
    this.margin = requireNonNegative("margin", options.margin ?? 0);
  }

  /** Restores a process from its {@link GuardrailState}. Throws `argument/invalid` for another version or impossible counts. */
  static fromState(state: GuardrailState): GuardrailEProcess {
    const process = new GuardrailEProcess(state);
    process.merge(state);
    return process;
  }

  /** Restores a process from its bytes. Throws `argument/invalid` for damaged or foreign ones. */
  static fromBytes(bytes: Uint8Array): GuardrailEProcess {
    return GuardrailEProcess.fromState(guardrailStateOf(bytes));
  }

  /** How many bad events were counted. */
  get events(): number {
    return this.#events;
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
    if (arm !== "challenger" && arm !== "champion") requireOneOf("arm", arm, arms);
    this.#add(arm === "challenger", share, count);
  }

  /**
   * Counts a batch of bad events, one each: for logs and typed arrays. It is all or nothing.
   *
   * @param challenger - 1 for an event of the challenger, 0 for one of the champion.
   * @param shares - The challenger's share when each unit was assigned, or one share for all.
   */
  addAll(challenger: ArrayLike<number | boolean>, shares: ArrayLike<number> | number): void {
    const one = typeof shares === "number" ? shares : undefined;
    const each = typeof shares === "number" ? [] : shares;
    if (one === undefined) requireSameLength("challenger and shares", challenger, each);
    for (let i = 0; i < challenger.length; i++) {
      const flag = Number(challenger[i]);
      if (flag !== 0 && flag !== 1) requireOneOf(`challenger[${i}]`, String(flag), ["0", "1"]);
      const share = one ?? (each[i] as number);
      if (!(share > 0 && share < 1)) checkTraffic(flag === 1, requireFraction(`shares[${i}]`, share));
    }
    for (let i = 0; i < challenger.length; ) {
      const share = one ?? (each[i] as number);
      const from = i;
      let ofChallenger = 0;
      do ofChallenger += Number(challenger[i++]);
      while (i < challenger.length && (one ?? each[i]) === share);
      this.#add(true, share, ofChallenger);
      this.#add(false, share, i - from - ofChallenger);
    }
  }

  /**
   * Adds the counts of another process of the same test, for example of another server. Throws `argument/invalid` if the tests differ and
   * for impossible counts; then nothing is added.
   */
  merge(other: GuardrailEProcess | GuardrailState): void {
    const { version, direction, margin, strata } = other instanceof GuardrailEProcess ? other.state() : other;
    if (version !== 1 || direction !== this.direction || margin !== this.margin) {
      throw new SluiceError("argument/invalid", {
        found: `a ${direction} test with margin ${margin}, version ${version}`,
        expected: `a ${this.direction} test with margin ${this.margin}, version 1`,
        fix: "Merge only states of the same guardrail.",
      });
    }
    for (const stratum of strata) checkStratum(stratum);
    for (const { share, challenger, champion } of strata) {
      this.#add(true, share, challenger);
      this.#add(false, share, champion);
    }
  }

  /** The natural logarithm of the e-value: 0 without events; the larger, the stronger the evidence. */
  logE(): number {
    const sums = this.#sumsNow();
    return logMeanExp(sums, this.#reach);
  }

  /** Tells whether the evidence is now at E ≥ 1/alpha. Ask at any time, as often as you like; stop at the first yes. */
  crossed(alpha: number): boolean {
    if (alpha !== this.#alpha) {
      this.#needed = -Math.log(requireOpenFraction("alpha", alpha));
      this.#alpha = alpha;
    }
    const needed = this.#needed;
    if (this.#reach < needed) return false;
    const sums = this.#sumsNow();
    return this.#reach >= needed && (this.#reach - meanGap >= needed || logMeanExp(sums, this.#reach) >= needed);
  }

  /** The state so far, strata ascending by share: equal counts give equal states, in whatever order they came. */
  state(): GuardrailState {
    return { version: 1, direction: this.direction, margin: this.margin, strata: this.#sorted().map(counts) };
  }

  /** The state as bytes: equal counts give equal bytes. */
  toBytes(): Uint8Array {
    return guardrailBytes(this.state());
  }

  #add(challenger: boolean, share: number, count: number): void {
    let stratum = this.#last;
    if (stratum === undefined || stratum.share !== share) stratum = this.#strata.get(share) ?? this.#made(share);
    if (count !== 1) requireCount("count", count);
    if (count === 0) return;
    if (share === 0 || share === 1) checkTraffic(challenger, share);
    if (this.#events + count > Number.MAX_SAFE_INTEGER) requireCount("the sum of all counts", this.#events + count);
    this.#last = stratum;
    this.#events += count;
    if (challenger === (this.direction === "harm")) this.#reach += count * mostPerEvent[this.direction];
    if (challenger) stratum.challenger += count;
    else stratum.champion += count;
    if (stratum.waits) return;
    stratum.waits = true;
    this.#waiting.push(stratum);
  }

  #made(share: number): Stratum {
    requireFraction("share", share);
    const summed = { challenger: 0, champion: 0 };
    const made = { share: share === 0 ? 0 : share, challenger: 0, champion: 0, summed, waits: false, parts: undefined };
    this.#strata.set(share, made);
    return made;
  }

  /** The sums over the grid with all that waited; `#reach` is their largest. */
  #sumsNow(): Float64Array {
    for (const stratum of this.#waiting) {
      const { summed, challenger, champion } = stratum;
      const parts = stratum.parts ?? this.#keep(stratum);
      if (challenger > summed.challenger) this.#sums.add(parts.challenger, challenger - summed.challenger);
      if (champion > summed.champion) this.#sums.add(parts.champion, champion - summed.champion);
      summed.challenger = challenger;
      summed.champion = champion;
      stratum.waits = false;
    }
    this.#waiting.length = 0;
    const sums = this.#sums.exact ? this.#sums.values() : this.#plainSums();
    this.#reach = largestOf(sums);
    return sums;
  }

  /** Computes the parts of a share and keeps them; when too many are kept, all others are dropped. */
  #keep(stratum: Stratum): ReturnType<typeof guardrailParts> {
    if (this.#kept.length === mostKept) {
      for (const each of this.#kept) each.parts = undefined;
      this.#kept.length = 0;
    }
    this.#kept.push(stratum);
    stratum.parts = guardrailParts(this.direction, this.margin, stratum.share);
    return stratum.parts;
  }

  #sorted(): Stratum[] {
    const seen = [...this.#strata.values()].filter(({ challenger, champion }) => challenger + champion > 0);
    return seen.sort((a, b) => a.share - b.share);
  }

  /** The sums by plain arithmetic from the counts, for more events than exact sums hold. */
  #plainSums(): Float64Array {
    const sums = new Float64Array(guardrailGrid);
    const increments = new Float64Array(2 * guardrailGrid);
    for (const { share, challenger, champion } of this.#sorted()) {
      guardrailIncrements(this.direction, this.margin, share, increments);
      for (let g = 0; g < guardrailGrid; g++) {
        const ofChallenger = challenger * (increments[g] as number);
        sums[g] = (sums[g] as number) + (ofChallenger + champion * (increments[guardrailGrid + g] as number));
      }
    }
    return sums;
  }
}

function counts({ share, challenger, champion }: Stratum): GuardrailStratum {
  return { share, challenger, champion };
}

function checkStratum({ share, challenger, champion }: GuardrailStratum): void {
  requireFraction("share", share);
  if (requireCount("challenger", challenger) > 0) checkTraffic(true, share);
  if (requireCount("champion", champion) > 0) checkTraffic(false, share);
}

function checkTraffic(challenger: boolean, share: number): void {
  if (share !== (challenger ? 0 : 1)) return;
  throw new SluiceError("argument/invalid", {
    found: `a bad event of the ${challenger ? "challenger" : "champion"} while the challenger had the share ${share}`,
    expected: "events only in arms that had traffic",
    fix: "Stamp each event with the share in force when its unit was assigned.",
  });
}
