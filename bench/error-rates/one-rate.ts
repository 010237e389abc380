import type { Scenario } from "./race.ts";

/** What a test of one rate is told: its counts so far. The answer is whether it alarms now. */
export interface RateWatch {
  look(successes: number, trials: number): boolean;
}

/** Trials that succeed at one rate, looked at before and after every success: between them nothing can stand out more. */
export function oneRate(name: string, rate: number, trials: number): Scenario<RateWatch> {
  return {
    name,
    play: (random, race) => {
      let successes = 0;
      for (let at = 0; !race.over; at++) {
        at = Math.min(trials, at + Math.floor(Math.log(1 - random.next()) / Math.log1p(-rate)));
        const before = successes;
        if (at > 0) race.tell(at, (watch) => watch.look(before, at));
        if (at === trials) return;
        successes++;
        race.tell(at + 1, (watch) => watch.look(successes, at + 1));
      }
    },
  };
}
