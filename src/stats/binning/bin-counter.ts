import type { NumericBins } from "./reference-bins.ts";

/** A column of numbers as typed arrays hold it. */
export interface Column {
  /** The values; those at invalid places are not looked at. */
  readonly values: ArrayLike<number>;
  /** A validity bitmap in Arrow's layout (bit i of byte ⌊i/8⌋, lowest bit first; 1 = present). @default all are present */
  readonly validity?: Uint8Array;
}

/** Counts values over frozen {@link NumericBins}, row by row or by whole columns. */
export interface BinCounter {
  /** Counts one value; `null` is a missing one. */
  add(value: number | null): void;
  /** Counts a whole column. */
  addAll(column: Column): void;
  /** The counts so far, slot by slot: a live view, not a copy. */
  counts(): Float64Array;
}

/** Makes a {@link BinCounter} with the lookup table of these bins. */
export function binCounter(bins: NumericBins): BinCounter {
  const uppers = Float64Array.from(bins.uppers);
  const counts = new Float64Array(uppers.length + 4);
  const locate = binLocator(bins.min, uppers);
  const missing = counts.length - 1;
  const bump = (slot: number): void => {
    counts[slot] = (counts[slot] as number) + 1;
  };
  return {
    add: (value) => bump(value === null ? missing : locate(value)),
    addAll: ({ values, validity }) => {
      if (validity === undefined) {
        for (let i = 0; i < values.length; i++) bump(locate(values[i] as number));
        return;
      }
      for (let i = 0; i < values.length; i++) {
        const valid = (((validity[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;
        bump(valid ? locate(values[i] as number) : missing);
      }
    },
    counts: () => counts,
  };
}

/** The counts of a column over frozen bins, slot by slot (see {@link NumericBins}); add two of them with {@link mergeCounts}. */
export function binCounts(bins: NumericBins, column: Column): Float64Array {
  const counter = binCounter(bins);
  counter.addAll(column);
  return counter.counts();
}

/**
 * The function from a value to its slot. A uniform grid over the range says between which two bins a value can lie; few candidates are
 * tried in turn, many are halved. Both grid and edges go through the same monotone rounding, so an edge is never misplaced.
 */
function binLocator(min: number, uppers: Float64Array): (value: number) => number {
  const bins = uppers.length;
  const max = uppers[bins - 1] as number;
  const cells = 4096;
  const scale = cells / (max - min);
  const cellOf = (value: number): number => ((value - min) * scale) | 0;
  const first = new Int32Array(cells + 3);
  for (const upper of uppers) {
    const next = cellOf(upper) + 1;
    first[next] = (first[next] as number) + 1;
  }
  for (let cell = 1; cell < first.length; cell++) first[cell] = (first[cell] as number) + (first[cell - 1] as number);
  return (value) => {
    if (value >= min && value <= max) {
      const cell = ((value - min) * scale) | 0;
      let low = first[cell] as number;
      let high = first[cell + 1] as number;
      while (high - low > 6) {
        const middle = (low + high) >> 1;
        if ((uppers[middle] as number) < value) low = middle + 1;
        else high = middle;
      }
      while ((uppers[low] as number) < value) low++;
      return low + 1;
    }
    if (value < min) return 0;
    return value > max ? bins + 1 : bins + 2;
  };
}
