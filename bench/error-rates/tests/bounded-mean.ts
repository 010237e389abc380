import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { BoundedMeanSequence } from "../../../src/stats/sequential/bounded-mean-sequence.ts";
import type { MeanWatch } from "../mean-stream.ts";
import type { SequentialTest } from "../race.ts";

/** Whether the betting confidence sequence of a bounded mean ever misses it, asked after every value; 200 candidates, for speed. */
export function boundedMean(mean: number): SequentialTest<MeanWatch> {
  return {
    name: "BoundedMeanSequence",
    begin: () => {
      const sequence = new BoundedMeanSequence({ candidates: 200 });
      return {
        value: (value) => {
          sequence.add(value);
          const found = sequence.interval();
          return isNotComputable(found) || found.lower > mean || found.upper < mean;
        },
      };
    },
  };
}

/** Whether the betting evidence against a mean ever reaches 20. */
export function boundedMeanEvidence(
  mean: number,
  alternative: "greater" | "less" | "two-sided",
): SequentialTest<MeanWatch> {
  return {
    name: `BoundedMeanSequence.logE, ${alternative}`,
    begin: () => {
      const sequence = new BoundedMeanSequence({ candidates: 200 });
      return {
        value: (value) => {
          sequence.add(value);
          return sequence.logE(mean, { alternative }) >= Math.log(20);
        },
      };
    },
  };
}
