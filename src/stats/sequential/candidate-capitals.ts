import type { Alternative } from "../alternative.ts";
import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

/** No bet risks more than this part of the capital. */
const mostAtRisk = 0.5;
/** So many factors are multiplied before the logarithm of the product is taken: none of them can overflow it. */
const block = 32;
/** Far above the rounding of a log capital, so that neighbours cannot be in the wrong order by as much. */
const roundingSlack = 1e-6;

/**
 * What the two betters have won against each candidate mean in [0, 1]: one bets that values lie above it, one that they lie below.
 *
 * The first one's capital falls as the candidate rises, the other one's rises, so the capital against a mean between two candidates is
 * at least that of the one against the upper and of the other against the lower candidate: what lies between them is answered safely.
 */
export class CandidateCapitals {
  /** How many candidates there are. */
  readonly candidates: number;
  readonly #means: Float64Array;
  readonly #mostAbove: Float64Array;
  readonly #mostBelow: Float64Array;
  readonly #above: Float64Array;
  readonly #below: Float64Array;
  readonly #logAbove: Float64Array;
  readonly #logBelow: Float64Array;
  #inBlock = 0;

  constructor(candidates: number) {
    this.candidates = candidates;
    this.#means = Float64Array.from(
      { length: candidates },
      (_, i) => Math.sin((Math.PI * i) / (2 * (candidates - 1))) ** 2,
    );
    this.#means[candidates - 1] = 1;
    this.#mostAbove = this.#means.map((mean) => mostAtRisk / mean);
    this.#mostBelow = this.#means.map((mean) => mostAtRisk / (1 - mean));
    this.#above = new Float64Array(candidates).fill(1);
    this.#below = new Float64Array(candidates).fill(1);
    this.#logAbove = new Float64Array(candidates);
    this.#logBelow = new Float64Array(candidates);
  }

  /** Settles the bets of the given size, at most half of the capital each, on one value in [0, 1]. */
  add(value: number, bet: number): void {
    const means = this.#means;
    const mostAbove = this.#mostAbove;
    const mostBelow = this.#mostBelow;
    const above = this.#above;
    const below = this.#below;
    for (let i = 0; i < means.length; i++) {
      const distance = value - (means[i] as number);
      const rise = mostAbove[i] as number;
      const fall = mostBelow[i] as number;
      above[i] = (above[i] as number) * (1 + (rise < bet ? rise : bet) * distance);
      below[i] = (below[i] as number) * (1 - (fall < bet ? fall : bet) * distance);
    }
    this.#inBlock++;
    if (this.#inBlock === block) this.#takeLogarithms();
  }

  /**
   * The outermost means against which the capital of both together, each having got a half, is below e^`limit`.
   *
   * Where the half of one better is alone enough, so it is on the whole way to his end: that much is skipped by bisection.
   */
  keptBelow(limit: number): { readonly lower: number; readonly upper: number } | undefined {
    const kept = (gap: number): boolean => logHalves(this.#logAboveAt(gap + 1), this.#logBelowAt(gap)) < limit;
    const alone = limit + Math.LN2 + roundingSlack;
    const gaps = this.candidates - 1;
    let first = bisected(0, gaps, (gap) => this.#logAboveAt(gap + 1) < alone);
    while (first < gaps && !kept(first)) first++;
    if (first === gaps) return undefined;
    let last = bisected(first + 1, gaps, (gap) => this.#logBelowAt(gap) >= alone) - 1;
    while (!kept(last)) last--;
    return { lower: this.#means[first] as number, upper: this.#means[last + 1] as number };
  }

  /** The log capital, or what is safely below it between two candidates, of the better on one side or of both. */
  logE(mean: number, alternative: Alternative): number {
    const low = bisected(0, this.candidates - 1, (i) => (this.#means[i] as number) >= mean);
    const under = this.#means[low] === mean ? low : low - 1;
    if (alternative === "greater") return this.#logAboveAt(low);
    if (alternative === "less") return this.#logBelowAt(under);
    return logHalves(this.#logAboveAt(low), this.#logBelowAt(under));
  }

  write(writer: SummaryWriter): void {
    writer.count(this.#inBlock);
    for (const each of [this.#above, this.#below, this.#logAbove, this.#logBelow]) writer.f64s(each);
  }

  read(reader: SummaryReader): void {
    this.#inBlock = reader.count();
    reader.require(this.#inBlock < block, `${this.#inBlock} values of a block of ${block}`);
    for (const each of [this.#above, this.#below, this.#logAbove, this.#logBelow]) {
      const values = reader.f64s();
      const product = each === this.#above || each === this.#below;
      reader.require(values.length === this.candidates, `${values.length} capitals`);
      reader.require(
        values.every((value) => Number.isFinite(value) && (!product || value > 0)),
        "impossible capitals",
      );
      each.set(values);
    }
  }

  #logAboveAt(i: number): number {
    return (this.#logAbove[i] as number) + Math.log(this.#above[i] as number);
  }

  #logBelowAt(i: number): number {
    return (this.#logBelow[i] as number) + Math.log(this.#below[i] as number);
  }

  #takeLogarithms(): void {
    for (let i = 0; i < this.candidates; i++) {
      this.#logAbove[i] = this.#logAboveAt(i);
      this.#logBelow[i] = this.#logBelowAt(i);
    }
    this.#above.fill(1);
    this.#below.fill(1);
    this.#inBlock = 0;
  }
}

/** ln(½ e^x + ½ e^y). */
function logHalves(x: number, y: number): number {
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))) - Math.LN2;
}

/** The first of `from` … `to` − 1 that holds, of a condition that holds from somewhere on; `to` if none does. */
function bisected(from: number, to: number, holds: (i: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
