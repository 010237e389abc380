import type { Column } from "../../table/column.ts";
import { denseCodes, missingCodes } from "./dense-codes.ts";

/** How often each distinct value of a column occurs, in no particular order; null and absent cells are left out. */
export function valueCounts(column: Column): Float64Array {
  const { codes, count } = denseCodes(column);
  const counts = new Float64Array(count);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return counts.subarray(missingCodes.values).filter((occurrences) => occurrences > 0);
}
