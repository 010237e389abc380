/** A seeded stream of random numbers: the same seed gives the same numbers on every runtime. */
export interface Random {
  /** A double in [0, 1) with 53 random bits. */
  next(): number;
  /** An integer in [0, bound). */
  int(bound: number): number;
  /** A 32-bit unsigned integer. */
  uint32(): number;
  /** A standard normal draw (Marsaglia's polar method; uses only `sqrt` and a portable `log`). */
  normal(): number;
  /** Shuffles an array or typed array in place (Fisher–Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
  /** A new stream derived from this seed and a name; drawing from one never moves the other. */
  fork(name: string): Random;
}

/**
 * Makes a seeded {@link Random} (generator: sfc32 by Chris Doty-Humphrey, PractRand; seeding: cyrb-style 128-bit string hash).
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * if (seededRandom(7).next() !== seededRandom(7).next()) throw new Error("not reproducible");
 * ```
 */
export function seededRandom(seed: number | string): Random {
  const state = seedState(String(seed));
  const uint32 = (): number => sfc32(state);
  for (let i = 0; i < 12; i++) uint32();
  const next = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const int = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    int,
    uint32,
    normal: () => polarNormal(next),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

function sfc32(s: Uint32Array): number {
  const a = s[0] ?? 0;
  const b = s[1] ?? 0;
  const c = s[2] ?? 0;
  const d = s[3] ?? 0;
  const t = (a + b + d) >>> 0;
  s[3] = d + 1;
  s[0] = b ^ (b >>> 9);
  s[1] = c + (c << 3);
  s[2] = ((c << 21) | (c >>> 11)) + t;
  return t;
}

function seedState(text: string): Uint32Array {
  const state = new Uint32Array([1779033703, 3144134277, 1013904242, 2773480762]);
  const factors = [597399067, 2869860233, 951274213, 2716044179];
  for (let i = 0; i < text.length; i++) {
    for (let j = 0; j < 4; j++) {
      const next = state[(j + 1) % 4] ?? 0;
      state[j] = next ^ Math.imul((state[j] ?? 0) ^ text.charCodeAt(i), factors[j] ?? 1);
    }
  }
  return state;
}

function polarNormal(next: () => number): number {
  for (;;) {
    const u = 2 * next() - 1;
    const v = 2 * next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * portableLog(s)) / s);
  }
}

/** ln(x) for x in (0, 1] by argument reduction and the atanh series: the same bits on every runtime, unlike `Math.log`. */
function portableLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const z2 = z * z;
  let sum = 0;
  for (let k = 27; k >= 1; k -= 2) sum = sum * z2 + 1 / k;
  return 2 * z * sum + exponent * Math.LN2;
}
