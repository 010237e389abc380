import type { Column } from "./column.ts";

const size = 4096;

/**
 * Hands a column out in blocks of present values as doubles: whole runs of a `Float64Array` as they are, everything else copied. Returns
 * how many values are missing.
 */
export function eachBlock({ values, validity }: Column, handle: (block: Float64Array) => void): number {
  if (values instanceof Float64Array && validity === undefined) {
    for (let from = 0; from < values.length; from += size) handle(values.subarray(from, from + size));
    return 0;
  }
  const scratch = new Float64Array(Math.min(size, values.length));
  let used = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    if (validity !== undefined && (((validity[i >> 3] ?? 0) >> (i & 7)) & 1) === 0) {
      missing++;
      continue;
    }
    scratch[used] = values[i] as number;
    used++;
    if (used < size) continue;
    handle(scratch);
    used = 0;
  }
  if (used > 0) handle(scratch.subarray(0, used));
  return missing;
}
