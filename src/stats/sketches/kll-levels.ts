import type { Coins } from "./coins.ts";
import type { WeightedValues } from "./weighted-values.ts";

const shrink = 2 / 3;

/**
 * The levels of a KLL sketch: level h holds sorted values that each stand for 2^h.
 *
 * With n values in all and the width w, the highest full level is H = ⌊log₂(n/w)⌋, and level h ≤ H may hold w·(2/3)^(H−h) values. When it holds more,
 * it is compacted: a coin decides whether the odd or the even places move up. Above H there are fewer than w values, as they weigh more
 * than n/w each, so nothing is compacted there.
 */
export class KllLevels {
  readonly #width: number;
  #levels: Float64Array[] = [];

  /** @param width - How many values the highest full level may hold. */
  constructor(width: number) {
    this.#width = width;
  }

  /** The values of each level, ascending: live arrays, not copies. */
  get levels(): readonly Float64Array[] {
    return this.#levels;
  }

  /** How many values are held. */
  get size(): number {
    return this.#levels.reduce((sum, values) => sum + values.length, 0);
  }

  /** Adds sorted values of weight 2^level. */
  insert(level: number, sorted: Float64Array): void {
    while (this.#levels.length <= level) this.#levels.push(new Float64Array(0));
    this.#levels[level] = merged(this.#levels[level] as Float64Array, sorted);
  }

  /** Compacts every level that holds more than it may when there are `count` values in all; false if none did. */
  compact(count: number, coins: Coins): boolean {
    const capacities = levelCapacities(this.#width, count);
    let compacted = false;
    for (let level = 0; level < Math.min(capacities.length, this.#levels.length); level++) {
      const values = this.#levels[level] as Float64Array;
      if (values.length <= (capacities[level] as number)) continue;
      const even = values.length - (values.length % 2);
      coins.stir(bitsOf(values[0] as number) ^ values.length);
      this.#levels[level] = values.slice(even);
      this.insert(level + 1, every(values.subarray(0, even), 2, coins.draw(2)));
      compacted = true;
    }
    return compacted;
  }

  /** All values with their weights, sorted, joined by more sorted values of weight 1. */
  weighted(more: Float64Array): WeightedValues {
    let values = more;
    let weights: Float64Array = new Float64Array(more.length).fill(1);
    let weight = 1;
    for (const each of this.#levels) {
      const [left, right] = [values, weights];
      values = new Float64Array(left.length + each.length);
      weights = new Float64Array(values.length);
      for (let i = 0, j = 0, at = 0; at < values.length; at++) {
        const ours = j >= each.length || (i < left.length && (left[i] as number) <= (each[j] as number));
        values[at] = (ours ? left[i] : each[j]) as number;
        weights[at] = ours ? (right[i] as number) : weight;
        if (ours) i++;
        else j++;
      }
      weight *= 2;
    }
    for (let i = 1; i < weights.length; i++) weights[i] = (weights[i] as number) + (weights[i - 1] as number);
    return { values, upTo: weights };
  }
}

/** How many values each level may hold, from level 0 to the highest full one; none while there are fewer values than the width. */
export function levelCapacities(width: number, count: number): number[] {
  const capacities: number[] = [];
  let capacity = width;
  for (let reach = width; reach <= count; reach *= 2, capacity *= shrink)
    capacities.push(Math.max(2, Math.ceil(capacity)));
  return capacities.reverse();
}

/** Every stride-th of some values, from an offset on. */
export function every(values: Float64Array, stride: number, offset: number): Float64Array {
  const taken = new Float64Array(values.length / stride);
  for (let i = 0, at = offset; i < taken.length; i++, at += stride) taken[i] = values[at] as number;
  return taken;
}

/** The two halves of a double's bits in one word: to stir coins with, nothing else. */
export function bitsOf(value: number): number {
  double[0] = value;
  return (words[0] as number) ^ (words[1] as number);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

function merged(left: Float64Array, right: Float64Array): Float64Array {
  if (left.length === 0) return right;
  const both = new Float64Array(left.length + right.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < both.length; at++) {
    if (j >= right.length || (i < left.length && (left[i] as number) <= (right[j] as number)))
      both[at] = left[i++] as number;
    else both[at] = right[j++] as number;
  }
  return both;
}
