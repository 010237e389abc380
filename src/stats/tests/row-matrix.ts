import { SluiceError } from "../../core/errors.ts";
import { checkSample } from "../check-sample.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import { largestMagnitude, powerOfTwoScale } from "./power-of-two-scale.ts";

/** Rows of several numbers each, such as embeddings. */
export interface RowMatrix {
  /** All numbers, row after row. */
  readonly values: ArrayLike<number>;
  /** How many numbers a row has, at least 1; `values.length` is a multiple of it. */
  readonly dimensions: number;
}

/** Two sets of rows of one width, checked. */
export interface RowPair {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly n: number;
  readonly m: number;
  readonly dimensions: number;
  /** A power of two; times it, no value is much above 1. */
  readonly scale: number;
}

/**
 * Two samples as rows; plain arrays are rows of one number. `notComputable` with fewer than `least` rows on a side, for NaN and
 * infinite values, and if all rows are equal. Throws `argument/invalid` for rows of different widths, or cut ones.
 */
export function rowPair(
  first: ArrayLike<number> | RowMatrix,
  second: ArrayLike<number> | RowMatrix,
  least: number,
): RowPair | NotComputable {
  const x = matrixOf("the first sample", first);
  const y = matrixOf("the second sample", second);
  if (x.dimensions !== y.dimensions) {
    throw new SluiceError("argument/invalid", {
      found: `rows of ${x.dimensions} and of ${y.dimensions} numbers`,
      expected: "rows of the same width in both samples",
      fix: "Pass the same columns of both.",
    });
  }
  const problem = checkSample("first", x.values, true) ?? checkSample("second", y.values, true);
  if (problem !== undefined) return problem;
  const { dimensions } = x;
  const n = x.values.length / dimensions;
  const m = y.values.length / dimensions;
  if (n < least || m < least) return notComputable("too-few", `each sample needs ${least} rows`);
  const scale = powerOfTwoScale(Math.max(largestMagnitude(x.values), largestMagnitude(y.values)));
  const pair: RowPair = { x: x.values, y: y.values, n, m, dimensions, scale };
  return allEqual(pair) ? notComputable("constant", "every row of both samples is the same") : pair;
}

/** The squared distance of two rows, in scaled units. */
export function squaredDistance(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  { dimensions, scale }: Pick<RowPair, "dimensions" | "scale">,
): number {
  let sum = 0;
  for (let k = 0; k < dimensions; k++) {
    const difference = (a[i * dimensions + k] as number) * scale - (b[j * dimensions + k] as number) * scale;
    sum += difference * difference;
  }
  return sum;
}

function matrixOf(name: string, data: ArrayLike<number> | RowMatrix): RowMatrix {
  if (!("dimensions" in data)) return { values: data, dimensions: 1 };
  requireCount(`dimensions of ${name}`, data.dimensions, 1);
  if (data.values.length % data.dimensions === 0) return data;
  throw new SluiceError("argument/invalid", {
    found: `${data.values.length} numbers in rows of ${data.dimensions} in ${name}`,
    expected: "a whole number of rows",
    fix: "Pass all numbers row after row, or set dimensions to the width of a row.",
  });
}

function allEqual({ x, y, dimensions }: RowPair): boolean {
  for (const values of [x, y]) {
    for (let i = 0; i < values.length; i++) if (values[i] !== x[i % dimensions]) return false;
  }
  return true;
}
