import { binLocator } from "./bin-locator.ts";
import { eachBlock } from "./column-blocks.ts";
import type { Column } from "./column.ts";
import type { NumericBins } from "./reference-bins.ts";

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
  const counts = new Float64Array(bins.uppers.length + 4);
  const locator = binLocator(bins);
  const missing = counts.length - 1;
  let slots = new Int32Array(0);
  return {
    add: (value) => {
      const slot = value === null ? missing : locator.slotOf(value);
      counts[slot] = (counts[slot] as number) + 1;
    },
    addAll: (column) => {
      const absent = eachBlock(column, (block) => {
        if (slots.length < block.length) slots = new Int32Array(block.length);
        locator.locate(block, slots);
        for (let i = 0; i < block.length; i++) {
          const slot = slots[i] as number;
          counts[slot] = (counts[slot] as number) + 1;
        }
      });
      counts[missing] = (counts[missing] as number) + absent;
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
