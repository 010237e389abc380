import type { Random } from "../../../src/core/random.ts";

/** Finite doubles of all sizes: subnormal and huge ones, zeros of both signs, whole and dense ones, full and short mantissas. */
export function wideValues(random: Random, length: number): Float64Array {
  const words = new Uint32Array(2 * length);
  const values = new Float64Array(words.buffer);
  for (let i = 0; i < length; i++) {
    const kind = random.int(8);
    if (kind <= 2) {
      words[2 * i] = random.uint32();
      words[2 * i + 1] = random.uint32();
      if (!Number.isFinite(values[i])) values[i] = Number.MAX_VALUE;
    } else if (kind === 3) values[i] = random.normal() * 2 ** (random.int(2000) - 1070);
    else if (kind === 4) values[i] = (random.int(2 ** 52) - 2 ** 51) * 5e-324;
    else if (kind === 5) values[i] = random.normal();
    else if (kind === 6) values[i] = random.int(2000) - 1000;
    else
      values[i] = [0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -5e-324, 2 ** -1022, 1 - 2 ** -53][
        random.int(8)
      ] as number;
  }
  return values;
}
