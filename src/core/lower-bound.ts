/** The first index in [from, to) at which ascending numbers are not below a value; `to` if there is none. */
export function lowerBound(sorted: Float64Array, value: number, from: number = 0, to: number = sorted.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
