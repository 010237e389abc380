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

const target = (alpha: number, windows: number): number => alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / windows);

/** Counts alarms at both rates and reports them with their targets. */
export class FalseAlarmRates {
  readonly #alarms = new Map<string, [windows: number, ...alarms: number[]]>();

  add(what: string, calm: DistanceNull, value: number): void {
    const p = distancePValue(calm, value);
    const [windows, ...alarms] = this.#alarms.get(what) ?? [0, 0, 0];
    this.#alarms.set(what, [windows + 1, ...alarms.map((count, i) => count + (p <= (alphas[i] as number) ? 1 : 0))]);
  }

  /** Runs rounds until no rate is above its target, at most three times as many as asked. */
  run(rounds: number, round: () => void): void {
    for (let done = 0; done < rounds || (done < 3 * rounds && this.#isMissed()); done++) round();
  }

  #isMissed(): boolean {
    return [...this.#alarms.values()].some(([windows, ...alarms]) =>
      alphas.some((alpha, i) => (alarms[i] as number) / windows > target(alpha, windows)),
    );
  }

  report(where: string): void {
    for (const [what, [windows, ...alarms]] of this.#alarms) {
      alphas.forEach((alpha, i) => {
        report({
          bench: "stats-thresholds",
          case: `${what}, ${where}, rate ${alpha} (${windows} windows)`,
          value: (alarms[i] as number) / windows,
          unit: "false alarms",
          atMost: target(alpha, windows),
        });
      });
    }
  }
}
