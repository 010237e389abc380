import type { Random } from "../../../src/core/random.ts";
import { makeKernel } from "../../../src/features/kernel/kernel.ts";
import type { PortableMath } from "../../../src/core/math/portable-math.ts";
import { type Comparison, comparison, type Family } from "../comparison.ts";

const kernel: PortableMath = makeKernel();
/** One unit in the last place is at most this much of the value. */
const oneUlp = 2 ** -52;

/** A number of either sign whose size is spread evenly over powers of two, or one next to 1. */
function spread(random: Random, from: number, to: number, index: number): number {
  if (index % 8 === 7) return 1 + (random.next() - 0.5) * 2 ** -random.int(45);
  return (random.int(2) === 0 ? 1 : -1) * 2 ** (from + (to - from) * random.next());
}

type OfOne = Exclude<keyof PortableMath, "pow" | "atan2" | "hypot">;

function drawnX(name: OfOne, random: Random, from: number, to: number, index: number): number {
  const x = spread(random, from, to, index);
  const positive = name === "log" || name === "log2" || name === "log10";
  if (name === "log1p" && x < -0.999) return -x;
  return positive || (to === 0 && Math.abs(x) > 1) ? Math.min(Math.abs(x), to === 0 ? 1 : Infinity) : x;
}

function nearest(name: OfOne, from: number, to: number): Comparison {
  return comparison({
    name,
    peer: name,
    draws: 2000,
    draw: (random, index) => ({ x: drawnX(name, random, from, to, index) }),
    ours: ({ x }) => ({ value: kernel[name](x) }),
    tolerance: oneUlp,
    absolute: 5e-324,
  });
}

/** How far the result is from the exact one, in units in the last place: at most what the function promises. */
function unitsOf(name: OfOne, from: number, to: number, atMost: number): Comparison {
  return comparison({
    name: `${name} in units of the last place`,
    peer: `${name}_units`,
    draws: 2000,
    draw: (random, index) => {
      const x = drawnX(name, random, from, to, index);
      return { x, y: kernel[name](x) };
    },
    ours: () => ({ units: 0 }),
    tolerance: 0,
    absolute: atMost,
  });
}

function ofOne(name: OfOne, from: number, to: number, atMost: number): readonly Comparison[] {
  return [nearest(name, from, to), unitsOf(name, from, to, atMost)];
}

function ofTwo(
  name: "pow" | "atan2" | "hypot",
  draw: (random: Random, index: number) => { x: number; y: number },
): Comparison {
  return comparison({
    name,
    peer: name,
    draws: 2000,
    draw,
    ours: ({ x, y }) => ({ value: kernel[name](x, y) }),
    tolerance: oneUlp,
    absolute: 5e-324,
  });
}

/** The kernel's elementary functions against mpmath at 1,300 bits: at most one unit in the last place of its nearest double, and of the exact value what each promises. */
export const family: Family = {
  name: "portable-math",
  comparisons: [
    ...ofOne("exp", -60, 9.4, 0.5001),
    ...ofOne("expm1", -60, 9.4, 0.52),
    ...ofOne("sinh", -60, 9.4, 0.52),
    ...ofOne("cosh", -60, 9.4, 0.51),
    ...ofOne("log", -1070, 1020, 0.5001),
    ...ofOne("log2", -1070, 1020, 0.51),
    ...ofOne("log10", -1070, 1020, 0.51),
    ...ofOne("log1p", -60, 300, 0.511),
    ...ofOne("sin", -60, 1020, 0.52),
    ...ofOne("cos", -60, 1020, 0.52),
    ...ofOne("tan", -60, 1020, 0.53),
    ...ofOne("asin", -60, 0, 0.52),
    ...ofOne("acos", -60, 0, 0.52),
    ...ofOne("atan", -60, 60, 0.52),
    ...ofOne("tanh", -60, 5, 0.52),
    ...ofOne("cbrt", -1070, 1020, 0.51),
    ofTwo("pow", (random, index) => {
      const x = Math.abs(spread(random, -60, 60, index));
      return { x, y: ((random.next() - 0.5) * 1400) / Math.max(Math.abs(Math.log(x)), 1e-12) };
    }),
    ofTwo("atan2", (random, index) => ({ x: spread(random, -70, 70, index), y: spread(random, -70, 70, index + 1) })),
    ofTwo("hypot", (random, index) => {
      const x = spread(random, -1000, 1000, index);
      return { x, y: x * spread(random, -30, 20, index) };
    }),
  ],
};
