import { type GuardrailDirection, guardrailGrid, guardrailIncrements } from "./guardrail-increments.ts";

/** Low parts are below 2^32, so that this many of them add up exactly. */
const carryAfter = 2 ** 20;
/** High parts are below 2^22 in size, so that this many of them add up exactly. */
const mostEvents = 2 ** 31;
/** The unit of the high parts. */
const high = 2 ** -20;
/** The unit of the low parts. */
const low = 2 ** -52;

/**
 * The running sums of an e-process's increments over its grid, the same bits in whatever order the events come.
 *
 * An increment is rounded to a multiple of 2^−52 (its own rounding error is as large) and split into a high and a low part, whole
 * numbers whose sums stay exact for 2^31 events. So events cost 50 additions, however many shares there were.
 */
export class GuardrailSums {
  readonly #values: Float64Array = new Float64Array(guardrailGrid);
  /** High and low parts in turn. */
  readonly #sums: Float64Array = new Float64Array(2 * guardrailGrid);
  #pending = 0;
  #events = 0;

  /** False when there were too many events for an exact sum. */
  get exact(): boolean {
    return this.#events <= mostEvents;
  }

  /** Adds `count` equal events, by their {@link guardrailParts}. */
  add(parts: Float64Array, count: number): void {
    this.#events += count;
    if (this.#events > mostEvents) return;
    const sums = this.#sums;
    if (count === 1 && this.#pending < carryAfter) {
      this.#pending++;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (parts[i] as number);
      return;
    }
    for (let left = count; left > 0; ) {
      if (this.#pending === carryAfter) this.#carry();
      const step = Math.min(left, carryAfter - this.#pending);
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + step * (parts[i] as number);
      this.#pending += step;
      left -= step;
    }
  }

  /** The sums, each rounded once; overwritten by the next call. */
  values(): Float64Array {
    const sums = this.#sums;
    const values = this.#values;
    for (let g = 0; g < guardrailGrid; g++) {
      values[g] = (sums[2 * g] as number) * high + (sums[2 * g + 1] as number) * low;
    }
    return values;
  }

  #carry(): void {
    const sums = this.#sums;
    for (let i = 0; i < 2 * guardrailGrid; i += 2) {
      const rest = sums[i + 1] as number;
      const carried = Math.floor(rest / 2 ** 32);
      sums[i] = (sums[i] as number) + carried;
      sums[i + 1] = rest - carried * 2 ** 32;
    }
    this.#pending = 1;
  }
}

const scratch = new Float64Array(2 * guardrailGrid);

/** What an event of each arm adds at one share: the high and the low part of each increment in turn. */
export function guardrailParts(
  direction: GuardrailDirection,
  margin: number,
  share: number,
): Readonly<Record<"challenger" | "champion", Float64Array>> {
  guardrailIncrements(direction, margin, share, scratch);
  return { challenger: split(scratch, 0), champion: split(scratch, guardrailGrid) };
}

function split(increments: Float64Array, from: number): Float64Array {
  const parts = new Float64Array(2 * guardrailGrid);
  for (let g = 0; g < guardrailGrid; g++) {
    const units = Math.round((increments[from + g] as number) * 2 ** 52);
    const head = Math.floor(units / 2 ** 32);
    parts[2 * g] = head;
    parts[2 * g + 1] = units - head * 2 ** 32;
  }
  return parts;
}
