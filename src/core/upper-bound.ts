/** The first index in [from, to) at which ascending numbers are above a value; `to` if there is none. */
export function upperBound(sorted: Float64Array, value: number, from: number = 0, to: number = sorted.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
