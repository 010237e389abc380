/** ln of the mean of e^x over at least one finite value, without overflow; `largest` is the largest of them. */
export function logMeanExp(values: Float64Array, largest: number = largestOf(values)): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const below = (values[i] as number) - largest;
    // e^−60 vanishes in a sum of at least 1, even a million times.
    if (below > -60) sum += Math.exp(below);
  }
  return largest + Math.log(sum / values.length);
}

/** The largest of some values, −Infinity of none. */
export function largestOf(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > largest) largest = values[i] as number;
  return largest;
}
