import type { WorkOptions } from "../../core/progress.ts";

/** The kernel over the pairs of two rows, by where the rows lie. */
export interface KernelSums {
  /** Over the pairs of rows of the first set. */
  readonly inside: number;
  /** Over the pairs of rows of the second set. */
  readonly outside: number;
  /** Over all pairs of a row of each. */
  readonly across: number;
}

/** How {@link kernelSplitSums} works. */
export interface KernelSplitWork extends WorkOptions {
  /** How many splits there are. */
  readonly total: number;
  /** How many row numbers are held at a time. @default 16_000_000 (64 MB) */
  readonly mostHeld?: number;
}

/**
 * The kernel sums of many ways to split rows into `few` and the others: each mask has 1 at the few.
 *
 * Each kernel value is computed once for as many splits as fit into memory, row by row, so that no matrix is ever held. Only the pairs among
 * the few are summed for each split; the others follow from the sums of the rows and of all.
 */
export function kernelSplitSums(
  size: number,
  few: number,
  masks: Iterable<Uint8Array>,
  kernelRow: (row: number, into: Float64Array) => void,
  work: KernelSplitWork,
): KernelSums[] {
  const batch = Math.max(1, Math.floor((work.mostHeld ?? 16_000_000) / few));
  const sums: KernelSums[] = [];
  const held = new Uint32Array(few * Math.min(batch, work.total));
  let count = 0;
  const flush = (): void => {
    const progress = { ...work, before: sums.length, count };
    for (const each of batchSums(size, few, held, count, kernelRow, progress)) sums.push(each);
    count = 0;
  };
  for (const mask of masks) {
    let at = count * few;
    for (let row = 0; row < size; row++) if (mask[row] === 1) held[at++] = row;
    count++;
    if (count === batch) flush();
  }
  if (count > 0) flush();
  return sums;
}

interface BatchWork extends WorkOptions {
  readonly total: number;
  readonly before: number;
  readonly count: number;
}

function batchSums(
  size: number,
  few: number,
  held: Uint32Array,
  count: number,
  kernelRow: (row: number, into: Float64Array) => void,
  work: BatchWork,
): KernelSums[] {
  const kernel = new Float64Array(size);
  const rowSums = new Float64Array(size);
  const inside = new Float64Array(count);
  const next = new Uint32Array(count);
  const every = Math.max(1, Math.floor(size / 50));
  let all = 0;
  for (let row = 0; row < size; row++) {
    work.signal?.throwIfAborted();
    kernelRow(row, kernel);
    for (let j = row + 1; j < size; j++) {
      const value = kernel[j] as number;
      rowSums[row] = (rowSums[row] as number) + value;
      rowSums[j] = (rowSums[j] as number) + value;
      all += value;
    }
    for (let split = 0; split < count; split++) addPairs(split, row, few, held, next, kernel, inside);
    if (row % every === 0) told(work, row / size);
  }
  told(work, 1);
  return Array.from(inside, (within, split) => {
    let touching = 0;
    for (let at = split * few; at < (split + 1) * few; at++) touching += rowSums[held[at] as number] as number;
    const across = touching - 2 * within;
    return { inside: within, across, outside: all - within - across };
  });
}

/** If the row is the next of the few of a split, adds its kernel values with the ones that come after it. */
function addPairs(
  split: number,
  row: number,
  few: number,
  held: Uint32Array,
  next: Uint32Array,
  kernel: Float64Array,
  inside: Float64Array,
): void {
  const at = split * few + (next[split] as number);
  const end = (split + 1) * few;
  if (at === end || held[at] !== row) return;
  next[split] = (next[split] as number) + 1;
  let sum = 0;
  for (let k = at + 1; k < end; k++) sum += kernel[held[k] as number] as number;
  inside[split] = (inside[split] as number) + sum;
}

function told({ onProgress, total, before, count }: BatchWork, share: number): void {
  onProgress?.({ stage: "permutations", done: before + Math.floor(count * share), total, unit: "splits" });
}
