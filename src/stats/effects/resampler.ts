import { SluiceError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";

/** A number of one or more samples. */
export type Statistic = (...samples: Float64Array[]) => number;

/** Draws resamples with replacement, always into the same arrays; paired rows are drawn together. */
export function resampler(rows: readonly Float64Array[], random: Random, paired: boolean): () => Float64Array[] {
  const drawn = rows.map((sample) => new Float64Array(sample.length));
  if (!paired) {
    return () => {
      rows.forEach((sample, s) => {
        const into = drawn[s] as Float64Array;
        for (let i = 0; i < into.length; i++) into[i] = sample[random.int(sample.length)] as number;
      });
      return drawn;
    };
  }
  const length = pairedLength(rows);
  return () => {
    for (let i = 0; i < length; i++) {
      const row = random.int(length);
      for (let s = 0; s < rows.length; s++) (drawn[s] as Float64Array)[i] = (rows[s] as Float64Array)[row] as number;
    }
    return drawn;
  };
}

/** The one length that paired samples have; throws `argument/invalid` for several. */
export function pairedLength(rows: readonly Float64Array[]): number {
  const lengths = [...new Set(rows.map((sample) => sample.length))];
  if (lengths.length === 1) return lengths[0] as number;
  throw new SluiceError("argument/invalid", {
    found: `paired samples of ${lengths.join(" and ")} rows`,
    expected: "samples of one length",
    fix: "Pass the rows that belong together at the same places, or leave `paired` out.",
  });
}
