import { seededRandom } from "../../src/core/random.ts";
import { DDSketch } from "../../src/stats/sketches/dd-sketch.ts";
import { HyperLogLog } from "../../src/stats/sketches/hyper-log-log.ts";
import { KllSketch } from "../../src/stats/sketches/kll-sketch.ts";
import { SpaceSaving } from "../../src/stats/sketches/space-saving.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";
/** Small enough that a pass fits between two turns of other programs on the machine. */
const pass = 65_536;

/** Values per second of the best pass into a sketch that is warm and well filled, beside a plain scan of the same number of doubles. */
async function perSecond(name: string, atLeast: number | undefined, work: () => void): Promise<void> {
  const doubles = new Float64Array(pass).fill(1);
  const scan = await bestMs(() => {
    let sum = 0;
    for (let i = 0; i < pass; i++) sum += doubles[i] as number;
    keep(sum);
  }, 50);
  const ms = await bestMs(work, 100);
  report({
    bench,
    case: `sketches: ${name}`,
    value: (pass / ms) * 1000,
    unit: "values/s",
    ...(atLeast === undefined ? {} : { atLeast }),
    baseline: (pass / scan) * 1000,
  });
}

function normalValues(): Float64Array {
  const random = seededRandom("sketches");
  return Float64Array.from({ length: 16 * pass }, () => random.normal());
}

/** Calls `add` with one sixteenth of the values after the other, round and round. */
function inTurns(values: Float64Array, add: (part: Float64Array) => void): () => void {
  let turn = 0;
  return () => {
    const at = (turn++ % 16) * pass;
    add(values.subarray(at, at + pass));
  };
}

/** The largest rank error of a KLL sketch over a million values, as a share of what is stated. */
function kllError(): void {
  let worst = 0;
  for (let seed = 0; seed < 5; seed++) {
    const random = seededRandom(seed);
    const sketch = new KllSketch({ random });
    const n = 1_000_000;
    sketch.addAll(random.shuffle(Float64Array.from({ length: n }, (_, i) => i)));
    for (let x = 0; x < n; x += 500) worst = Math.max(worst, Math.abs((sketch.rank(x) as number) - (x + 1) / n));
  }
  report({
    bench,
    case: "sketches: KLL's largest rank error, k = 200, 5 x 1M values",
    value: worst,
    unit: "",
    atMost: 0.0165,
  });
}

/** HyperLogLog's error over many distinct values, in standard errors: the root of the mean square over some sets. */
function hyperLogLogErrors(): void {
  for (const [distinct, sets, atMost] of [
    [100_000, 20, 1.5],
    [1_000_000, 10, 1.5],
    [10_000_000, 3, 2],
  ] as const) {
    let squares = 0;
    for (let set = 0; set < sets; set++) {
      const sketch = new HyperLogLog();
      sketch.addAll(Float64Array.from({ length: distinct }, (_, i) => set * 1e9 + i));
      squares += ((sketch.estimate().value / distinct - 1) / (1.04 / 128)) ** 2;
    }
    const name = `sketches: HyperLogLog's root mean square error at ${distinct / 1e6}M distinct numbers`;
    report({ bench, case: name, value: Math.sqrt(squares / sets), unit: "standard errors", atMost });
  }
}

/** What mergeable sketches cost, and how far they are off where a unit test would take too long. */
export async function sketchesBench(): Promise<void> {
  const values = normalValues();
  const random = seededRandom("keys");
  const ranks = Float64Array.from({ length: 16 * pass }, () => Math.floor(1 / (1 - random.next()) ** 1.5));
  const keys = Array.from(ranks.subarray(0, pass), (rank) => `key-${rank}`);
  const texts = Array.from({ length: pass }, (_, i) => `user-${i}`);
  const [kll, kllSingle, dd, bounded] = [
    new KllSketch(),
    new KllSketch(),
    new DDSketch(),
    new DDSketch({ maxBins: 512 }),
  ];
  const [numbers, strings, heavy] = [new HyperLogLog(), new HyperLogLog(), new SpaceSaving()];
  let next = 0;
  await perSecond(
    "KLL",
    20e6,
    inTurns(values, (part) => kll.addAll(part)),
  );
  await perSecond(
    "KLL, one by one",
    undefined,
    inTurns(values, (part) => {
      for (let i = 0; i < part.length; i++) kllSingle.add(part[i] as number);
    }),
  );
  await perSecond(
    "DDSketch",
    15e6,
    inTurns(values, (part) => dd.addAll(part)),
  );
  await perSecond(
    "DDSketch of at most 512 bins",
    15e6,
    inTurns(values, (part) => bounded.addAll(part)),
  );
  await perSecond(
    "HyperLogLog of numbers",
    10e6,
    inTurns(values, (part) => numbers.addAll(part)),
  );
  await perSecond("HyperLogLog of strings", 5e6, () => strings.addAll(texts));
  await perSecond("Space-Saving, long-tailed strings", 3e6, () => heavy.addAll(keys));
  await perSecond(
    "Space-Saving, long-tailed numbers",
    3e6,
    inTurns(ranks, (part) => heavy.addAll(part)),
  );
  await perSecond("Space-Saving, no key twice", 1e6, () => {
    for (let i = 0; i < pass; i++) heavy.add(next++);
  });
  kllError();
  hyperLogLogErrors();
}
