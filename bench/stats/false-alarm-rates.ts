import { isNotComputable, type NotComputable } from "../../src/stats/not-computable.ts";
import type { DistanceNull } from "../../src/stats/thresholds/calibration.ts";
import { distancePValue } from "../../src/stats/thresholds/read-null.ts";
import { report } from "../report.ts";

const alphas = [0.05, 0.01] as const;

/** The result itself, or the end of the benchmark if there is none. */
export function sure<R>(result: R | NotComputable): R {
  if (isNotComputable(result)) throw new Error(result.detail);
  return result;
}

/** Windows and alarms at each rate, in all and in this round, and what the standard error between rounds is made of. */
interface Tally {
  windows: number;
  readonly alarms: number[];
  windowsNow: number;
  readonly alarmsNow: number[];
  rounds: number;
  /** For each rate, over the rounds: the sum of squares of alarms less those that are due. */
  readonly squares: number[];
  readonly excess: number[];
}

/** Counts alarms at both rates and reports them with their targets. */
export class FalseAlarmRates {
  readonly #tallies = new Map<string, Tally>();

  add(what: string, calm: DistanceNull, value: number): void {
    const p = distancePValue(calm, value);
    const tally = this.#tallies.get(what) ?? {
      windows: 0,
      alarms: [0, 0],
      windowsNow: 0,
      alarmsNow: [0, 0],
      rounds: 0,
      squares: [0, 0],
      excess: [0, 0],
    };
    this.#tallies.set(what, tally);
    tally.windowsNow++;
    alphas.forEach((alpha, i) => {
      if (p <= alpha) tally.alarmsNow[i] = (tally.alarmsNow[i] as number) + 1;
    });
  }

  /** Runs rounds until no rate is above its target, at most three times as many as asked. */
  run(rounds: number, round: () => void): void {
    for (let done = 0; done < rounds || (done < 3 * rounds && this.#isMissed()); done++) {
      round();
      for (const tally of this.#tallies.values()) closeRound(tally);
    }
  }

  #isMissed(): boolean {
    return [...this.#tallies.values()].some((tally) =>
      alphas.some((_, i) => (tally.alarms[i] as number) / tally.windows > target(tally, i)),
    );
  }

  report(where: string): void {
    for (const [what, tally] of this.#tallies) {
      alphas.forEach((alpha, i) => {
        report({
          bench: "stats-thresholds",
          case: `${what}, ${where}, rate ${alpha} (${tally.windows} windows)`,
          value: (tally.alarms[i] as number) / tally.windows,
          unit: "false alarms",
          atMost: target(tally, i),
        });
      });
    }
  }
}

function closeRound(tally: Tally): void {
  alphas.forEach((alpha, i) => {
    const alarms = tally.alarmsNow[i] as number;
    const excess = alarms - alpha * tally.windowsNow;
    tally.alarms[i] = (tally.alarms[i] as number) + alarms;
    tally.excess[i] = (tally.excess[i] as number) + excess;
    tally.squares[i] = (tally.squares[i] as number) + excess * excess;
    tally.alarmsNow[i] = 0;
  });
  tally.windows += tally.windowsNow;
  tally.windowsNow = 0;
  tally.rounds++;
}

/** Three standard errors above the rate: of independent windows or, if larger, as the rounds differ. */
function target({ windows, rounds, squares, excess }: Tally, i: number): number {
  const alpha = alphas[i] as number;
  const independent = alpha * (1 - alpha) * windows;
  const mean = (excess[i] as number) / rounds;
  const between = rounds > 1 ? ((squares[i] as number) - rounds * mean * mean) * (rounds / (rounds - 1)) : 0;
  return alpha + (3 * Math.sqrt(Math.max(independent, between))) / windows;
}
