import type { Scenario } from "./race.ts";

/** What a test of the split of the traffic is told; the answer is whether it alarms now. */
export interface SplitWatch {
  /** A unit came: the counts of this step by arm, and the planned shares. */
  look(counts: Float64Array, planned: readonly number[]): boolean;
  /** A step is over: from now on counts begin anew, with other shares. */
  next(counts: Float64Array, planned: readonly number[]): void;
}

/** One step of a split. */
export interface SplitStep {
  readonly units: number;
  readonly planned: readonly number[];
  /** The true shares. @default as planned */
  readonly actual?: readonly number[];
}

/** Units that are assigned to arms, one after the other. */
export function splitTraffic(name: string, steps: readonly SplitStep[]): Scenario<SplitWatch> {
  return {
    name,
    play: (random, race) => {
      let at = 0;
      for (const { units, planned, actual = planned } of steps) {
        const counts = new Float64Array(planned.length);
        for (let unit = 0; unit < units && !race.over; unit++) {
          let arm = 0;
          for (let rest = random.next(); arm < actual.length - 1 && rest >= (actual[arm] as number); arm++) {
            rest -= actual[arm] as number;
          }
          counts[arm] = (counts[arm] as number) + 1;
          at++;
          race.tell(at, (watch) => watch.look(counts, planned));
        }
        race.tell(at, (watch) => {
          watch.next(counts, planned);
          return false;
        });
      }
    },
  };
}
