import type { Random } from "../../../src/core/random.ts";

/** Scores and labels of as many rows. */
export interface LabelledRows {
  readonly [key: string]: Float64Array;
  readonly scores: Float64Array;
  readonly labels: Float64Array;
}

const extremes = [0, 1, 1e-300, 1 - 2 ** -53, 5e-324, 0.5, 1e-17, 0.1];

/** How many rows: the first few inputs are the smallest, one is large, the others of every order of magnitude. */
export function drawRows(random: Random, index: number, most = 400): number {
  if (index < 6) return 1 + (index % 3);
  if (index === 6) return 20 * most;
  return Math.ceil(most ** random.next());
}

/** Probabilities of many kinds: all different, on a coarse grid, 32-bit, extreme, or all equal. */
export function drawProbabilities(random: Random, rows: number): Float64Array {
  const kind = random.int(6);
  const common = random.next();
  return Float64Array.from({ length: rows }, () => {
    const p = random.next();
    if (kind === 0) return Math.round(p * 10) / 10;
    if (kind === 1) return Math.fround(p);
    if (kind === 2) return extremes[random.int(extremes.length)] ?? 0;
    if (kind === 3) return common;
    return kind === 4 ? Math.round(p * 40) / 40 : p;
  });
}

/** Labels that follow the scores more or less; in one input of ten there is one class only. */
export function drawLabels(random: Random, scores: Float64Array): Float64Array {
  const kind = random.int(10);
  const noise = random.next();
  return scores.map((score) => {
    if (kind === 0) return noise < 0.5 ? 0 : 1;
    return random.next() < noise * score + (1 - noise) * 0.4 ? 1 : 0;
  });
}

export function drawLabelled(random: Random, index: number): LabelledRows {
  const scores = drawProbabilities(random, drawRows(random, index));
  return { scores, labels: drawLabels(random, scores) };
}

/** Weights: in two inputs of three there are none; whole, real or with zeros. */
export function drawWeights(random: Random, rows: number): Float64Array | null {
  const kind = random.int(6);
  if (kind > 2) return null;
  return Float64Array.from({ length: rows }, () => {
    if (kind === 0) return 1 + random.int(5);
    return kind === 1 ? random.next() * 3 : Math.max(0, random.int(4) - 1);
  });
}

/** Weights as an option. */
export function weighted(weights: Float64Array | null): { readonly weights?: Float64Array } {
  return weights === null ? {} : { weights };
}
