import { SluiceError } from "../../core/errors.ts";

/** Returns a copy of the edges between bins; `argument/invalid` unless there is at least one and they are finite and ascending. */
export function requireEdges(edges: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(edges ?? [], (edge) => edge + 0);
  const ascending = copy.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (copy[i - 1] as number)));
  if (copy.length > 0 && ascending) return copy;
  throw new SluiceError("argument/invalid", {
    found: `the edges [${copy.subarray(0, 20).join(", ")}${copy.length > 20 ? ", …" : ""}]`,
    expected: "at least one edge, finite and ascending",
    fix: "Sort the edges and remove repeated ones.",
  });
}

/** The bin of a value that is not NaN: how many edges lie below it, so that bins are (edge, next edge]. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
