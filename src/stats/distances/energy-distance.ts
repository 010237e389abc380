import { checkSample } from "../check-sample.ts";
import type { NotComputable } from "../not-computable.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { Distance } from "./distance.ts";

/**
 * The energy distance √(2 ∫ (F − G)²) of two samples (G. Székely), in the square root of the unit of the values.
 *
 * `notComputable` for an empty sample and for NaN or infinite values.
 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  const problem = checkSample("reference", reference, true) ?? checkSample("current", current, true);
  if (problem !== undefined) return problem;
  const x = sortDoubles(reference);
  const y = sortDoubles(current);
  let i = 0;
  let j = 0;
  let last = Math.min(x[0] as number, y[0] as number);
  let area = 0;
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    area += (value - last) * (i / x.length - j / y.length) ** 2;
    last = value;
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
  }
  return { metric: "energy", value: Math.sqrt(2 * area), n: x.length, m: y.length };
}
