/**
 * A sum of doubles without rounding error: `value()` is the exact sum, rounded once, so the order of adding never changes a bit.
 * Method: non-overlapping partial sums, Shewchuk, "Adaptive Precision Floating-Point Arithmetic" (1997); final rounding as in
 * Python's `math.fsum`. NaN and infinities give what IEEE 754 addition gives; zero is +0.
 */
export class ExactSum {
  readonly #partials: number[] = [];
  #special = 0;

  /** Adds a value. */
  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#special += value;
      return;
    }
    const partials = this.#partials;
    let x = value;
    let kept = 0;
    for (let i = 0; i < partials.length; i++) {
      let y = partials[i] ?? 0;
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }

  /** The sum so far, correctly rounded. */
  value(): number {
    if (this.#special !== 0) return this.#special;
    const partials = this.#partials;
    let i = partials.length - 1;
    let high = partials[i] ?? 0;
    let low = 0;
    while (i > 0) {
      const x = high;
      const y = partials[--i] ?? 0;
      high = x + y;
      low = y - (high - x);
      if (low !== 0) break;
    }
    const below = i > 0 ? (partials[i - 1] ?? 0) : 0;
    if ((low < 0 && below < 0) || (low > 0 && below > 0)) {
      const twice = low * 2;
      const rounded = high + twice;
      if (twice === rounded - high) high = rounded;
    }
    return high + 0;
  }
}
