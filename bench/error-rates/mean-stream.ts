import type { Random } from "../../src/core/random.ts";
import type { Scenario } from "./race.ts";

/** What a test of a mean is told: the next value. The answer is whether it alarms now. */
export interface MeanWatch {
  value(value: number): boolean;
}

/** Independent values of one distribution. */
export function meanStream(name: string, rows: number, draw: (random: Random) => number): Scenario<MeanWatch> {
  return {
    name,
    play: (random, race) => {
      for (let at = 1; at <= rows && !race.over; at++) {
        const value = draw(random);
        race.tell(at, (watch) => watch.value(value));
      }
    },
  };
}
