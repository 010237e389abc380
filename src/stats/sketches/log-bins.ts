/** log₂(1 + s) ≈ ((a·s + b)·s + c)·s on [0, 1): exact at both ends, and with the largest least slope for a cubic. */
const a = 6 / 35;
const b = -3 / 5;
const c = 10 / 7;
/** Bins are this much narrower than they have to be, so that roundings cannot push a value out of reach. */
const slack = 1 + 1e-6;
const lowestNormal = 2 ** -1022;
const two52 = 2 ** 52;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * Bins of positive finite doubles in which no value is farther than a given share from the bin's representative: Datadog's cubically
 * interpolated mapping (Masson, Rim & Lee, VLDB 2019), from a double's bits by `+` and `×` alone, so that every runtime finds the same bin.
 *
 * Subnormal doubles get bins half as wide, since there the representative itself is rounded: so the share holds down to 5e-324.
 */
export class LogBins {
  /** How many bins there are to a power of 2, about. */
  readonly #scale: number;
  /** The bin of the smallest positive double. */
  readonly lowest: number;
  /** The bin of the largest double. */
  readonly highest: number;

  /** @param accuracy - The share, from 1e-6 to 0.99. */
  constructor(accuracy: number) {
    this.#scale = slack / (c * 2 * artanh(accuracy));
    this.lowest = this.binOf(Number.MIN_VALUE);
    this.highest = this.binOf(Number.MAX_VALUE);
  }

  /** The bin of a positive finite double; larger values never have a lower bin. */
  binOf(value: number): number {
    if (value < lowestNormal) return Math.floor((2 * approximateLog2(value * two52) - 104 + 1022) * this.#scale);
    return Math.floor(approximateLog2(value) * this.#scale);
  }

  /** The double that stands for all values of a bin: within the accuracy of each of them. */
  valueOf(bin: number): number {
    const low = this.#edge(bin);
    const high = this.#edge(bin + 1);
    const ratio = scaled(high.significand, high.exponent - low.exponent);
    const value = scaled((2 * low.significand * ratio) / (low.significand + ratio), low.exponent);
    if (value >= lowestNormal) return Math.min(value, Number.MAX_VALUE);
    const found = value === 0 ? Number.NEGATIVE_INFINITY : this.binOf(value);
    if (found === bin) return value;
    return found < bin ? value + Number.MIN_VALUE : value - Number.MIN_VALUE;
  }

  /** Where a bin begins. */
  #edge(bin: number): { readonly significand: number; readonly exponent: number } {
    const at = bin / this.#scale;
    const log2 = at < -1022 ? (at - 1022) / 2 : at;
    const exponent = Math.floor(log2);
    return { significand: 1 + inverseCubic(log2 - exponent), exponent };
  }
}

/** The piecewise cubic logarithm of a positive normal double. */
function approximateLog2(value: number): number {
  double[0] = value;
  const high = words[1] as number;
  const s = (high & 0xfffff) * 2 ** -20 + (words[0] as number) * 2 ** -52;
  return (high >>> 20) - 1023 + ((a * s + b) * s + c) * s;
}

/** The s with ((a·s + b)·s + c)·s = t, by Newton's method: the cubic's slope is at least 0.7 on [0, 1]. */
function inverseCubic(t: number): number {
  let s = t;
  for (let i = 0; i < 8; i++) s -= (((a * s + b) * s + c) * s - t) / ((3 * a * s + 2 * b) * s + c);
  return Math.min(1, Math.max(0, s));
}

/** value × 2^exponent, rounded once; without a power that is 0 or infinite by itself. */
function scaled(value: number, exponent: number): number {
  if (exponent < -1022) return value * 2 ** -100 * powerOfTwo(exponent + 100);
  return exponent > 1000 ? value * 2 ** 100 * powerOfTwo(exponent - 100) : value * powerOfTwo(exponent);
}

/** 2^exponent from its bits, for exponents of normal doubles: `**` need not be exact. */
function powerOfTwo(exponent: number): number {
  words[0] = 0;
  words[1] = (exponent + 1023) << 20;
  return double[0] as number;
}

/** artanh by its series: ln((1 + x)/(1 − x)) / 2 with the same bits on every runtime, unlike `Math.atanh`. */
function artanh(x: number): number {
  const square = x * x;
  let power = x;
  let sum = 0;
  for (let k = 1; sum + power / k !== sum; k += 2) {
    sum += power / k;
    power *= square;
  }
  return sum;
}
