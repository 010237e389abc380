import { SluiceError } from "../../../core/errors.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";

/** Scores apart by label. */
export interface LabelledScores {
  /** The scores of rows with label 1. */
  readonly positives: Float64Array;
  /** The scores of rows with label 0. */
  readonly negatives: Float64Array;
}

/**
 * Splits scores by label in one pass, the positives from the front of one array and the negatives from its back. `notComputable` when
 * there is no row or a score is NaN; `argument/invalid` for different lengths and for labels other than 0 and 1.
 */
export function labelledScores(scores: ArrayLike<number>, labels: ArrayLike<number>): LabelledScores | NotComputable {
  requireSameLength("scores and labels", scores, labels);
  if (scores.length === 0) return notComputable("empty", "there are no scores");
  const split = new Float64Array(scores.length);
  let front = 0;
  let back = scores.length;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    const label = labels[i] as number;
    if (Number.isNaN(score)) {
      countPositives(labels);
      return notComputable("nan", `the score at index ${i} is NaN`);
    }
    if (label === 1) split[front++] = score;
    else if (label === 0) split[--back] = score;
    else requireLabel(label, i);
  }
  return { positives: split.subarray(0, front), negatives: split.subarray(front) };
}

/** The number of labels that are 1; `argument/invalid` for a label other than 0 and 1. */
export function countPositives(labels: ArrayLike<number>): number {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 1) positives++;
    else if (label !== 0) requireLabel(label, i);
  }
  return positives;
}

/** Throws `argument/invalid` unless a label is 0 or 1. */
export function requireLabel(label: number, index?: number): void {
  if (label === 0 || label === 1) return;
  throw new SluiceError("argument/invalid", {
    found: `the label ${label}${index === undefined ? "" : ` at index ${index}`}`,
    expected: "0 or 1",
    fix: "Encode the two classes as 0 and 1, and leave rows without a label out.",
  });
}
