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
