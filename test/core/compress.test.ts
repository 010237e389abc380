import { expect, test } from "vitest";
import { type Codec, compress, decompress } from "../../src/core/platform.ts";
import { seededRandom } from "../../src/core/random.ts";

const codecs: readonly Codec[] = ["deflate", "zstd"];

/** Bytes of which half are of no order, so that they shrink and do not vanish. */
function someBytes(length: number): Uint8Array {
  const random = seededRandom(`bytes ${length}`);
  return Uint8Array.from({ length }, (_, i) => (i % 2 === 0 ? random.int(256) : 7));
}

test.each(codecs)("%s: few bytes, many, and more than one piece of an answer come back", async (codec) => {
  for (const length of [0, 1, 16_384, 16_385, 3_000_000]) {
    const bytes = someBytes(length);
    const smaller = await compress(bytes, codec);
    if (length > 1000) expect(smaller.length).toBeLessThan(0.9 * length);
    const back = await decompress(smaller, codec, length);
    expect(Buffer.compare(back, bytes)).toBe(0);
  }
});

test.each(codecs)(
  "%s: the same bytes are compressed alike each time, so that a lost blob can be made again",
  async (codec) => {
    for (const length of [10_000, 100_000]) {
      const bytes = someBytes(length);
      const [one, two] = await Promise.all([compress(bytes, codec), compress(bytes.slice(), codec)]);
      expect(Buffer.compare(one, two)).toBe(0);
    }
  },
);

test.each(codecs)("%s: damaged bytes and more bytes than expected are refused", async (codec) => {
  for (const length of [10_000, 100_000]) {
    const smaller = await compress(someBytes(length), codec);
    await expect(decompress(smaller, codec, length - 1)).rejects.toThrow();
    await expect(decompress(smaller.subarray(0, smaller.length / 2), codec, length)).rejects.toThrow();
    await expect(
      decompress(
        Uint8Array.from(smaller, (byte) => byte ^ 0xff),
        codec,
        length,
      ),
    ).rejects.toThrow();
  }
});
