import type { Random } from "../../src/core/random.ts";
import { binomialDraw } from "../../src/stats/sampling/binomial-draw.ts";
import type { Race, Scenario } from "./race.ts";

/** What a test of two arms is told; each answer is whether it alarms now. */
export interface TwoArmWatch {
  /** Requests that ended well since the last event. */
  good(challenger: number, champion: number): boolean;
  /** One that ended badly. `first`: its unit never had a bad one before. */
  bad(challenger: boolean, share: number, first: boolean): boolean;
  /** A planned look: this fraction of the requests is through. */
  planned(fraction: number): boolean;
}

/** A stream of requests to a champion and a challenger, one unit each. */
export interface TwoArmPlan {
  readonly name: string;
  readonly requests: number;
  /** The challenger's shares, each for an equal part of the requests. */
  readonly shares: readonly number[];
  /** The champion's bad rate at the beginning and at the end; it drifts evenly in between. */
  readonly rate: readonly [number, number];
  /** The challenger's bad rate over the champion's. */
  readonly ratio: number;
}

/** How many planned looks there are. */
export const plannedLooks = 20;

/**
 * The scenario of a plan. It draws the requests between bad events rather than requests: candidates at the highest rate of the part by
 * geometric gaps, of which as many are kept as the rate at that request demands; the arm of a bad one, and the number of good ones in each
 * arm, are conditional on that. This is exact, except that with a ratio *and* a drift the good ones of a gap are split as at its end.
 */
export function twoArms(plan: TwoArmPlan): Scenario<TwoArmWatch> {
  return { name: plan.name, play: (random, race) => play(plan, random, race) };
}

function play({ requests, shares, rate, ratio }: TwoArmPlan, random: Random, race: Race<TwoArmWatch>): void {
  const part = requests / plannedLooks;
  const rateAt = (request: number): number => rate[0] + ((rate[1] - rate[0]) * request) / requests;
  for (let look = 1; look <= plannedLooks && !race.over; look++) {
    const share = shares[Math.floor(((look - 1) * shares.length) / plannedLooks)] as number;
    const perRate = 1 - share + share * ratio;
    const end = look * part;
    const peak = Math.max(rateAt(end - part), rateAt(end)) * perRate;
    let pending = 0;
    const tellGood = (at: number, bad: number): void => {
      const ofChallenger = (share * (1 - bad * ratio)) / (1 - bad * perRate);
      const challenger = binomialDraw(random, pending, ofChallenger);
      const champion = pending - challenger;
      pending = 0;
      race.tell(at, (watch) => watch.good(challenger, champion));
    };
    for (let at = end - part; ; at++) {
      const gap = Math.floor(Math.log(1 - random.next()) / Math.log1p(-peak));
      if (at + gap >= end) {
        pending += end - at;
        break;
      }
      at += gap;
      pending += gap;
      const bad = rateAt(at);
      if (random.next() * peak >= bad * perRate) {
        pending++;
        continue;
      }
      if (pending > 0) tellGood(at, bad);
      const challenger = random.next() * perRate < share * ratio;
      race.tell(at + 1, (watch) => watch.bad(challenger, share, true));
      if (race.over) return;
    }
    if (pending > 0) tellGood(end, rateAt(end));
    race.tell(end, (watch) => watch.planned(look / plannedLooks));
  }
}
