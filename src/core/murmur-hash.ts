/**
 * MurmurHash3 (x86, 32 bits, seed 0) of a text's UTF-8, as an unsigned integer. A lone surrogate is taken as three bytes.
 *
 * Appleby, MurmurHash3.cpp (public domain): the hash that scikit-learn's FeatureHasher uses too.
 */
export function murmurHash(text: string): number {
  let hash = 0;
  let block = 0;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i += 1;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (let b = 0; b < bytes; b++) {
      block |= byteOf(point, b, bytes) << (8 * (length & 3));
      length += 1;
      if ((length & 3) !== 0) continue;
      hash = rotate(hash ^ mixed(block), 13);
      hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
      block = 0;
    }
  }
  hash ^= mixed(block);
  return finished(hash ^ length);
}

/** Byte b of the UTF-8 of a code point that takes some bytes. */
function byteOf(point: number, b: number, bytes: number): number {
  if (bytes === 1) return point;
  const bits = (point >> (6 * (bytes - 1 - b))) & 0x3f;
  return b === 0 ? ((0xf00 >> bytes) & 0xff) | (point >> (6 * (bytes - 1))) : 0x80 | bits;
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function mixed(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
