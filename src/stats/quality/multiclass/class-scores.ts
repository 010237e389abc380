import { SluiceError } from "../../../core/errors.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { type ClassLabel, placesOf } from "./class-label.ts";

/** Which class each column of a matrix of scores is. */
export interface ClassScoresOptions {
  /** The classes in the order of the columns. @default 0, 1, 2, … */
  readonly labels?: ArrayLike<ClassLabel>;
}

/** A checked matrix of scores, row by row in one array. */
export interface ClassScores {
  /** Columns. */
  readonly classes: number;
  /** The column of the actual class of each row. */
  readonly truth: Uint32Array;
}

/**
 * Checks scores (rows × classes, row after row) against actual classes. `notComputable` without rows and with a NaN; `argument/invalid`
 * when the sizes do not fit, and for a class that has no column.
 */
export function classScores(
  scores: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: ClassScoresOptions | undefined,
): ClassScores | NotComputable {
  if (typeof scores[0] === "object") throw nested();
  const rows = actual.length;
  const classes = options?.labels?.length ?? (rows === 0 ? 0 : scores.length / rows);
  requireSameLength("scores and rows × classes", scores, { length: rows * classes });
  const labels = options?.labels ?? { length: classes };
  if (!Number.isSafeInteger(classes)) requireSameLength("scores and rows × classes", scores, { length: rows });
  const places = options?.labels === undefined ? undefined : placesOf(labels);
  const truth = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) truth[i] = columnOf(actual[i] as ClassLabel, i, classes, places);
  if (rows === 0) return notComputable("empty", "there are no rows");
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) return notComputable("nan", `the score at index ${i} is NaN`);
  }
  return { classes, truth };
}

function nested(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "an array for each row",
    expected: "one array of numbers, row after row",
    fix: "Pass scores.flat().",
  });
}

function columnOf(
  label: ClassLabel,
  row: number,
  classes: number,
  places: ReadonlyMap<ClassLabel, number> | undefined,
): number {
  if (places === undefined) {
    if (typeof label === "number" && Number.isSafeInteger(label) && label >= 0 && label < classes) return label;
  } else {
    const place = places.get(typeof label === "number" ? label + 0 : label);
    if (place !== undefined) return place;
  }
  throw new SluiceError("argument/invalid", {
    found: `the class ${JSON.stringify(label)} in row ${row}`,
    expected: places === undefined ? `a whole number from 0 to ${classes - 1}` : "one of the stated labels",
    fix: "State all classes in labels, in the order of the columns.",
  });
}
