import { murmurMix } from "./murmur-hash.ts";

/**
 * The coins of a sketch: two words of state that can be stored with it, so that a restored sketch goes on as if it had never been stored. What
 * the sketch sees is stirred in, so that sketches of different data toss independently even if they began alike.
 */
export class Coins {
  #first: number;
  #second: number;

  /** Starts from two 32-bit words. */
  constructor(first: number, second: number) {
    this.#first = first >>> 0;
    this.#second = second >>> 0;
  }

  /** The state: pass it to the constructor to go on from here. */
  get state(): readonly [first: number, second: number] {
    return [this.#first, this.#second];
  }

  /** Stirs a word in. */
  stir(word: number): void {
    this.#first = murmurMix(this.#first ^ word) >>> 0;
  }

  /** A whole number from 0 to bound − 1, for a power of 2. */
  draw(bound: number): number {
    this.#second = (this.#second + 0x9e3779b9) >>> 0;
    this.#first = murmurMix(this.#first ^ murmurMix(this.#second)) >>> 0;
    return murmurMix(this.#first + this.#second) & (bound - 1);
  }
}
