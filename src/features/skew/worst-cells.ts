import type { SkewExample } from "./skew-counts.ts";
import { skewCauses } from "./skew-cause.ts";

/** Keeps the worst cells of all that it is shown: the gravest cause first, then the largest difference. */
export class WorstCells {
  readonly #most: number;
  #kept: readonly SkewExample[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** The worst so far, the worst first. */
  get cells(): readonly SkewExample[] {
    return this.#kept;
  }

  /** Shows it a cell. */
  add(cell: SkewExample): void {
    const last = this.#kept.at(-1);
    if (this.#kept.length >= this.#most && (last === undefined || order(cell, last) >= 0)) return;
    this.#kept = [...this.#kept, cell].sort(order).slice(0, this.#most);
  }
}

function order(a: SkewExample, b: SkewExample): number {
  return skewCauses.indexOf(a.cause) - skewCauses.indexOf(b.cause) || sizeOf(b) - sizeOf(a);
}

/** |a − b| / (|a| + |b|); 1 where one side has no value. */
function sizeOf({ served, computed }: SkewExample): number {
  if (typeof served !== "number" || typeof computed !== "number") return 1;
  const share = Math.abs(served - computed) / (Math.abs(served) + Math.abs(computed));
  return Number.isNaN(share) ? 1 : share;
}
