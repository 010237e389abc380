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

function ofOne(name: Exclude<keyof PortableMath, "pow" | "atan2" | "hypot">, from: number, to: number): Comparison {
  const positive = name === "log" || name === "log2" || name === "log10";
  return comparison({
    name,
    peer: name,
    draws: 2000,
    draw: (random, index) => {
      const x = spread(random, from, to, index);
      if (name === "log1p" && x < -0.999) return { x: -x };
      return { x: positive || (to === 0 && Math.abs(x) > 1) ? Math.min(Math.abs(x), to === 0 ? 1 : Infinity) : x };
    },
    ours: ({ x }) => ({ value: kernel[name](x) }),
    tolerance: oneUlp,
    absolute: 5e-324,
  });
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

/** The kernel's elementary functions against mpmath at 1,300 bits: at most one unit in the last place. */
export const family: Family = {
  name: "portable-math",
  comparisons: [
    ...[ofOne("exp", -60, 9.4), ofOne("expm1", -60, 9.4), ofOne("sinh", -60, 9.4), ofOne("cosh", -60, 9.4)],
    ...[ofOne("log", -1070, 1020), ofOne("log2", -1070, 1020), ofOne("log10", -1070, 1020), ofOne("log1p", -60, 300)],
    ...[ofOne("sin", -60, 1020), ofOne("cos", -60, 1020), ofOne("tan", -60, 1020)],
    ...[ofOne("asin", -60, 0), ofOne("acos", -60, 0), ofOne("atan", -60, 60)],
    ...[ofOne("tanh", -60, 5), ofOne("cbrt", -1070, 1020)],
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
