import type { Random } from "../../src/core/random.ts";

/** A sequential test under judgement: `begin` starts it anew for one run, as a watch that is told of events and says when it alarms. */
export interface SequentialTest<Watch> {
  readonly name: string;
  begin(): Watch;
}

/** Something that happens over time, drawn anew for each run. */
export interface Scenario<Watch> {
  readonly name: string;
  /** Plays one run, telling every watch of the race what happens, until the end or until all have alarmed. */
  play(random: Random, race: Race<Watch>): void;
}

/** One run seen by several tests at once; each stops at its first alarm. */
export class Race<Watch> {
  /** When each test alarmed, in the scenario's own time; `undefined` for those that did not. */
  readonly stops: (number | undefined)[];
  readonly #watches: readonly Watch[];
  readonly #open: number[];

  constructor(tests: readonly SequentialTest<Watch>[]) {
    this.#watches = tests.map((test) => test.begin());
    this.#open = tests.map((_, i) => i);
    this.stops = tests.map(() => undefined);
  }

  /** Whether every test has stopped. */
  get over(): boolean {
    return this.#open.length === 0;
  }

  /** Tells the tests that still run of an event; `alarms` asks one of them. */
  tell(at: number, alarms: (watch: Watch) => boolean): void {
    for (let k = this.#open.length - 1; k >= 0; k--) {
      const test = this.#open[k] as number;
      if (!alarms(this.#watches[test] as Watch)) continue;
      this.stops[test] = at;
      this.#open.splice(k, 1);
    }
  }
}
