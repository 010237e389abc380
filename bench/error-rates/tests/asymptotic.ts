import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { confidenceSequence } from "../../../src/stats/sequential/confidence-sequence.ts";
import { msprt } from "../../../src/stats/sequential/msprt.ts";
import type { BurnInOptions, SequentialEstimate } from "../../../src/stats/sequential/sequential-estimate.ts";
import type { MeanWatch } from "../mean-stream.ts";
import type { SequentialTest } from "../race.ts";
import type { TwoArmWatch } from "../two-arms.ts";
import { difference, peeking } from "./two-arm-counts.ts";

type Look = (at: SequentialEstimate | undefined) => boolean;

function sequence(options: BurnInOptions): Look {
  return (at) => {
    if (at === undefined) return false;
    const found = confidenceSequence(at, options);
    return !isNotComputable(found) && (found.lower > 0 || found.upper < 0);
  };
}

function ratioTest(options: BurnInOptions): Look {
  return (at) => {
    if (at === undefined) return false;
    const found = msprt(at, options);
    return !isNotComputable(found) && found.pValue <= 0.05;
  };
}

function ofDifference(name: string, look: Look): SequentialTest<TwoArmWatch> {
  return { name, begin: () => peeking((counts) => look(difference(counts))) };
}

/** The asymptotic confidence sequence of the difference of two rates, with its default burn-in. */
export const differenceSequence: SequentialTest<TwoArmWatch> = ofDifference("confidenceSequence", sequence({}));
/** The same without a burn-in: what the defaults are there to prevent. */
export const hastySequence: SequentialTest<TwoArmWatch> = ofDifference(
  "confidenceSequence, no burn-in",
  sequence({ minimumEvents: 0 }),
);
/** The mixture sequential probability ratio test of the difference of two rates, with its default burn-in. */
export const differenceMsprt: SequentialTest<TwoArmWatch> = ofDifference("mSPRT", ratioTest({}));
/** The same without a burn-in. */
export const hastyMsprt: SequentialTest<TwoArmWatch> = ofDifference(
  "mSPRT, no burn-in",
  ratioTest({ minimumEvents: 0 }),
);

function ofMean(
  name: string,
  look: Look,
  mean: number,
  isEvent: (value: number) => boolean,
): SequentialTest<MeanWatch> {
  return {
    name,
    begin: () => {
      let n = 0;
      let events = 0;
      let average = 0;
      let squares = 0;
      return {
        value: (value) => {
          n++;
          if (isEvent(value)) events++;
          const step = value - average;
          average += step / n;
          squares += step * (value - average);
          return n > 1 && look({ value: average - mean, standardError: Math.sqrt(squares / (n - 1) / n), n, events });
        },
      };
    },
  };
}

/** Whether the asymptotic confidence sequence of a mean ever misses it. */
export function meanSequence(
  mean: number,
  isEvent: (value: number) => boolean = () => true,
): SequentialTest<MeanWatch> {
  return ofMean("confidenceSequence", sequence({}), mean, isEvent);
}

/** Whether the mixture test ever rejects the true mean. */
export function meanMsprt(mean: number, isEvent: (value: number) => boolean = () => true): SequentialTest<MeanWatch> {
  return ofMean("mSPRT", ratioTest({}), mean, isEvent);
}
