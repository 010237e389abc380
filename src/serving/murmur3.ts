import { refusedNumbers, refusedTexts } from "./refused-arguments.ts";

const encoder = new TextEncoder();
let scratch: Uint8Array<ArrayBuffer> = new Uint8Array(256);

/** MurmurHash3 x86 32-bit (Austin Appleby, public domain) over the UTF-8 of a string; an unsigned 32-bit integer. Errors: `argument/invalid`. */
export function murmur3(text: string, seed: number = 0): number {
  if (typeof text !== "string") throw refusedTexts("murmur3()", { text });
  if (typeof seed !== "number") throw refusedNumbers("murmur3()", { seed });
  return hashOfText(text, seed);
}

/** As {@link murmur3}, of what is known to be a text: each request's unit is hashed by it. */
export function hashOfText(text: string, seed: number): number {
  const length = writeUtf8(text);
  const tail = length & ~3;
  let hash = seed | 0;
  for (let i = 0; i < tail; i += 4) {
    hash ^= scramble(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = length - 1; i >= tail; i--) rest = (rest << 8) | byte(i);
  if (length > tail) hash ^= scramble(rest);
  return finish(hash ^ length);
}

function byte(at: number): number {
  return scratch[at] ?? 0;
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Writes the UTF-8 of a text into the scratch buffer and returns its length; ASCII without the encoder's call cost. */
function writeUtf8(text: string): number {
  if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 3);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encodeInto(text, scratch).written;
    scratch[i] = code;
  }
  return text.length;
}
