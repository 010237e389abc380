const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

/**
 * The first 64 bits of MurmurHash3_x86_128 (Austin Appleby 2011, public domain), as two 32-bit words into `out`.
 *
 * @param words - The bytes as little-endian words; whole blocks of four words, so those after the last byte are 0.
 * @param length - How many bytes there are.
 * @param seed - A 32-bit seed.
 * @param out - Takes the first and the second word.
 */
export function murmurHash(words: Uint32Array, length: number, seed: number, out: Uint32Array): void {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const full = length >>> 4;
  let at = 0;
  for (let block = 0; block < full; block++, at += 4) {
    h1 = rotated(h1 ^ mixed(words[at] as number, c1, 15, c2), 19) + h2;
    h1 = (Math.imul(h1, 5) + 0x561ccd1b) | 0;
    h2 = rotated(h2 ^ mixed(words[at + 1] as number, c2, 16, c3), 17) + h3;
    h2 = (Math.imul(h2, 5) + 0x0bcaa747) | 0;
    h3 = rotated(h3 ^ mixed(words[at + 2] as number, c3, 17, c4), 15) + h4;
    h3 = (Math.imul(h3, 5) + 0x96cd1c35) | 0;
    h4 = rotated(h4 ^ mixed(words[at + 3] as number, c4, 18, c1), 13) + h1;
    h4 = (Math.imul(h4, 5) + 0x32ac3b17) | 0;
  }
  if ((length & 15) !== 0) {
    h1 ^= mixed(words[at] as number, c1, 15, c2);
    h2 ^= mixed(words[at + 1] as number, c2, 16, c3);
    h3 ^= mixed(words[at + 2] as number, c3, 17, c4);
    h4 ^= mixed(words[at + 3] as number, c4, 18, c1);
  }
  finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length, out);
}

/** {@link murmurHash} of exactly eight bytes. */
export function murmurHash8(low: number, high: number, seed: number, out: Uint32Array): void {
  const h3 = seed ^ 8;
  finish(h3 ^ mixed(low, c1, 15, c2), h3 ^ mixed(high, c2, 16, c3), h3, h3, out);
}

/** The 32-bit finalizer: every bit of the input changes every bit of the output with a chance near one half. */
export function murmurMix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function finish(a: number, b: number, c: number, d: number, out: Uint32Array): void {
  const first = (a + b + c + d) | 0;
  const f2 = murmurMix(b + first);
  const h1 = (murmurMix(first) + f2 + murmurMix(c + first) + murmurMix(d + first)) | 0;
  out[0] = h1;
  out[1] = f2 + h1;
}

function mixed(word: number, before: number, turn: number, after: number): number {
  return Math.imul(rotated(Math.imul(word, before), turn), after);
}

function rotated(word: number, turn: number): number {
  return (word << turn) | (word >>> (32 - turn));
}
