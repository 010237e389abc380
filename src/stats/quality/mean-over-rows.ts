import { type NotComputable, notComputable } from "../not-computable.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import type { QualityValue } from "./quality-value.ts";

/** The (weighted) mean of what each row loses, summed exactly, so that the order of the rows does not matter; rows of weight 0 are left out. */
export function meanOverRows(
  name: string,
  rows: number,
  weights: ArrayLike<number> | undefined,
  loss: (row: number) => number,
): QualityValue | NotComputable {
  const sum = new ExactSum();
  const total = new ExactSum();
  for (let i = 0; i < rows; i++) {
    if (weights === undefined) sum.add(loss(i));
    else if (weights[i] !== 0) {
      sum.add((weights[i] as number) * loss(i));
      total.add(weights[i] as number);
    }
  }
  return ratioOfSums(name, sum.value(), weights === undefined ? rows : total.value(), rows);
}

/** A sum over a total weight, where there is one and it is a double. */
export function ratioOfSums(name: string, sum: number, total: number, rows: number): QualityValue | NotComputable {
  if (rows === 0) return notComputable("empty", "there are no rows");
  if (total === 0) return notComputable("zero-denominator", "all weights are 0");
  const value = sum / total;
  return Number.isFinite(value)
    ? { value, rows }
    : notComputable("out-of-range", `the ${name} is beyond the largest double`);
}
