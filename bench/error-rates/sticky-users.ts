import type { Random } from "../../src/core/random.ts";
import { binomialDraw } from "../../src/stats/sampling/binomial-draw.ts";
import { betaDraw } from "../../src/stats/sampling/gamma-draw.ts";
import type { Race, Scenario } from "./race.ts";
import type { TwoArmWatch } from "./two-arms.ts";

/** Users who come back, always to the same arm, and fail at rates of their own. */
export interface StickyPlan {
  readonly name: string;
  readonly users: number;
  readonly requests: number;
  readonly share: number;
  /** The rates of the users are drawn from this Beta distribution. */
  readonly rates: readonly [number, number];
}

/**
 * The scenario of a plan, without any difference between the arms. Only bad events are drawn: how many there are, then whose each one is,
 * which is exact for users drawn at random. So only tests that look at nothing but bad events can watch it; its time counts bad events.
 */
export function stickyUsers(plan: StickyPlan): Scenario<TwoArmWatch> {
  return { name: plan.name, play: (random, race) => play(plan, random, race) };
}

function play({ users, requests, share, rates }: StickyPlan, random: Random, race: Race<TwoArmWatch>): void {
  const upTo = new Float64Array(users);
  const challenger = new Uint8Array(users);
  const failed = new Uint8Array(users);
  let sum = 0;
  for (let user = 0; user < users; user++) {
    sum += betaDraw(random, rates[0], rates[1]);
    upTo[user] = sum;
    challenger[user] = random.next() < share ? 1 : 0;
  }
  const bad = binomialDraw(random, requests, sum / users);
  for (let event = 1; event <= bad && !race.over; event++) {
    const user = firstAbove(upTo, random.next() * sum);
    const first = failed[user] === 0;
    failed[user] = 1;
    race.tell(event, (watch) => watch.bad(challenger[user] === 1, share, first));
  }
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
