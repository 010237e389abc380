/**
 * A Fenwick tree of minima over the events of one entity, newest first: position 1 is the newest event. A minimum cannot be
 * taken back, so the tree is only merged into: every prefix is the minimum of the events inserted so far.
 */

/** Lowers the minimum at a position (1 … size). What is above a lower minimum is no higher itself. */
export function minAt(tree: Float64Array, size: number, position: number, value: number): void {
  for (let j = position; j <= size; j += j & -j) {
    const least = tree[j] ?? 0;
    if (least < value) return;
    tree[j] = Math.min(least, value);
  }
}

/** The minimum over positions 1 … `position`; +∞ of none. */
export function minTo(tree: Float64Array, position: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let j = position; j > 0; j -= j & -j) least = Math.min(least, tree[j] ?? 0);
  return least;
}
