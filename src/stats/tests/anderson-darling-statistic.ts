/** Rows of several samples in one ascending order. */
export interface PooledGroups {
  /** Which sample each row belongs to, in ascending order of the values. */
  readonly groups: Uint32Array;
  /** Where each distinct value starts, and at the end how many rows there are. */
  readonly starts: Uint32Array;
  /** How many rows each sample has. */
  readonly sizes: Float64Array;
}

/**
 * A² of k samples (F. W. Scholz and M. A. Stephens, "K-sample Anderson–Darling tests", 1987): with midranks equation 7, else
 * equation 6, in which each distribution function jumps at the value itself.
 */
export function andersonDarlingSum({ groups, starts, sizes }: PooledGroups, midrank: boolean): number {
  const total = groups.length;
  const below = new Float64Array(sizes.length);
  const here = new Float64Array(sizes.length);
  const values = midrank ? starts.length - 1 : starts.length - 2;
  let sum = 0;
  for (let v = 0; v < values; v++) {
    const start = starts[v] as number;
    const end = starts[v + 1] as number;
    here.fill(0);
    for (let row = start; row < end; row++) {
      const group = groups[row] as number;
      here[group] = (here[group] as number) + 1;
    }
    const rows = end - start;
    const rank = midrank ? start + rows / 2 : end;
    const weight = rows / (rank * (total - rank) - (midrank ? (total * rows) / 4 : 0));
    let inner = 0;
    for (let k = 0; k < sizes.length; k++) {
      const size = sizes[k] as number;
      const inK = here[k] as number;
      const gap = total * ((below[k] as number) + (midrank ? inK / 2 : inK)) - rank * size;
      inner += (gap * gap) / size;
      below[k] = (below[k] as number) + inK;
    }
    sum += weight * inner;
  }
  return midrank ? (sum / total) * ((total - 1) / total) : sum / total;
}

/** The standard deviation of A² for samples of these sizes from one continuous distribution; at least four rows in all. */
export function andersonDarlingSpread(sizes: Float64Array): number {
  const k = sizes.length;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const reciprocals = sizes.reduce((sum, size) => sum + 1 / size, 0);
  let h = 0;
  let g = 0;
  for (let i = 1; i <= total - 2; i++) {
    h += 1 / (total - i);
    g += h / (i + 1);
  }
  h += 1;
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * reciprocals;
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * reciprocals - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * reciprocals + 4 * h;
  const d = (2 * h + 6) * k ** 2 - 4 * h * k;
  return Math.sqrt((((a * total + b) * total + c) * total + d) / ((total - 1) * (total - 2) * (total - 3)));
}
