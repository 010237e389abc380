import { seededRandom } from "../../src/core/random.ts";
import { Race, type Scenario, type SequentialTest } from "./race.ts";

/** What is expected of a test in a scenario, before anything was simulated. */
export type Expectation =
  /** Nothing is wrong: it alarms in at most this share of the runs. */
  | { readonly holds: number }
  /** Nothing is wrong, and yet it alarms in at least this share of the runs: shows that the harness can find a broken test. */
  | { readonly breaks: number }
  /** Something is wrong: it alarms in at least this share of the runs. */
  | { readonly finds: number };

/** A test with what is expected of it. */
export type Entry<Watch> = Expectation & { readonly test: SequentialTest<Watch> };

/** What was simulated. */
export interface Judgement {
  readonly scenario: string;
  readonly test: string;
  /** The share of the runs that alarmed. */
  readonly rate: number;
  /** The mean time of those alarms; `undefined` without any. */
  readonly meanStop: number | undefined;
  readonly expected: Expectation;
}

/** A scenario with its tests. */
export interface Row {
  readonly scenario: string;
  /** Simulates; all tests see the same runs. */
  judge(runs: number): readonly Judgement[];
}

/** Makes a row of the table of scenarios and tests. */
export function row<Watch>(scenario: Scenario<Watch>, entries: readonly Entry<Watch>[]): Row {
  return {
    scenario: scenario.name,
    judge: (runs) => {
      const random = seededRandom(`error rates: ${scenario.name}`);
      const tests = entries.map(({ test }) => test);
      const alarms = entries.map(() => ({ count: 0, times: 0 }));
      for (let run = 0; run < runs; run++) {
        const race = new Race(tests);
        scenario.play(random, race);
        for (const [i, alarm] of alarms.entries()) {
          const stop = race.stops[i];
          if (stop === undefined) continue;
          alarm.count++;
          alarm.times += stop;
        }
      }
      return entries.map(({ test, ...expected }, i) => {
        const { count, times } = alarms[i] as { count: number; times: number };
        const meanStop = count === 0 ? undefined : times / count;
        return { scenario: scenario.name, test: test.name, rate: count / runs, meanStop, expected };
      });
    },
  };
}

/** The target of a rate that was simulated this often: a promise gets three standard errors of the simulation. */
export function targetOf(
  expected: Expectation,
  runs: number,
): { readonly atMost: number } | { readonly atLeast: number } {
  if (!("holds" in expected)) return { atLeast: "breaks" in expected ? expected.breaks : expected.finds };
  const { holds } = expected;
  return { atMost: Number((holds + 3 * Math.sqrt((holds * (1 - holds)) / runs)).toFixed(4)) };
}
