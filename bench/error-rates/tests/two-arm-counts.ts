import type { SequentialEstimate } from "../../../src/stats/sequential/sequential-estimate.ts";
import type { TwoArmWatch } from "../two-arms.ts";

/** Bad ones among all of each arm. */
export interface TwoArmCounts {
  readonly challenger: { successes: number; trials: number };
  readonly champion: { successes: number; trials: number };
}

/** A watch that counts and looks at the counts before and after every bad event. */
export function peeking(look: (counts: TwoArmCounts) => boolean): TwoArmWatch {
  return counting(look, () => false);
}

/** A watch that counts and looks only at the planned times. */
export function lookingAsPlanned(look: (counts: TwoArmCounts, fraction: number) => boolean): TwoArmWatch {
  return counting(() => false, look);
}

function counting(
  look: (counts: TwoArmCounts) => boolean,
  planned: (counts: TwoArmCounts, fraction: number) => boolean,
): TwoArmWatch {
  const counts = { challenger: { successes: 0, trials: 0 }, champion: { successes: 0, trials: 0 } };
  return {
    good: (challenger, champion) => {
      counts.challenger.trials += challenger;
      counts.champion.trials += champion;
      return look(counts);
    },
    bad: (challenger) => {
      const arm = challenger ? counts.challenger : counts.champion;
      arm.trials++;
      arm.successes++;
      return look(counts);
    },
    planned: (fraction) => planned(counts, fraction),
  };
}

/** The difference of the rates with its unpooled standard error; `undefined` while an arm is empty. */
export function difference({ challenger: y, champion: x }: TwoArmCounts): SequentialEstimate | undefined {
  if (x.trials === 0 || y.trials === 0) return undefined;
  const p = x.successes / x.trials;
  const q = y.successes / y.trials;
  return {
    value: q - p,
    standardError: Math.sqrt((p * (1 - p)) / x.trials + (q * (1 - q)) / y.trials),
    n: x.trials,
    m: y.trials,
    events: Math.min(x.successes, y.successes, x.trials - x.successes, y.trials - y.successes),
  };
}

/** The standard error of the difference if both rates are the same. */
export function pooledStandardError({ challenger: y, champion: x }: TwoArmCounts): number {
  const pooled = (x.successes + y.successes) / (x.trials + y.trials);
  return Math.sqrt(pooled * (1 - pooled) * (1 / x.trials + 1 / y.trials));
}
