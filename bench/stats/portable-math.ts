import { portable } from "../../src/core/math/portable.ts";
import { seededRandom } from "../../src/core/random.ts";
import { keep, onceMs } from "../measure.ts";
import { report } from "../report.ts";

const calls = 100_000;
const rounds = 40;

/** What a portable function costs beside the engine's own, whose bits differ between engines; both are measured in turn. */
export async function portableMathBench(): Promise<void> {
  const random = seededRandom("portable mathematics");
  const numbers = Float64Array.from({ length: calls }, () => 2 ** (80 * (random.next() - 0.5)));
  const exponents = numbers.map(() => -40 * random.next());
  const shares = numbers.map(() => random.next());
  for (const [name, inputs, times] of [
    ["log", numbers, 2.5],
    ["exp", exponents, 2],
    ["log1p", shares, 2.5],
  ] as const) {
    const best = { ours: Number.POSITIVE_INFINITY, theirs: Number.POSITIVE_INFINITY };
    for (let round = 0; round < rounds; round++) {
      best.ours = Math.min(best.ours, await onceMs(() => keep(summed(portable[name], inputs))));
      best.theirs = Math.min(best.theirs, await onceMs(() => keep(summed(Math[name], inputs))));
    }
    const [value, baseline] = [best.ours, best.theirs].map((ms) => (ms * 1e6) / calls) as [number, number];
    report({
      bench: "stats",
      case: `portable ${name}`,
      value,
      unit: "ns",
      baseline,
      atMost: Math.round(times * baseline),
    });
  }
}

function summed(of: (x: number) => number, inputs: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < inputs.length; i++) sum += of(inputs[i] as number);
  return sum;
}
