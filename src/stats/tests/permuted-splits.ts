import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Random } from "../../core/random.ts";
import { requireCount } from "../require-argument.ts";

/**
 * How a permutation test draws its splits. The work is done before the call returns, so `signal` is looked at between splits: it can
 * have been aborted before, or by `onProgress`, and the call then throws the signal's reason.
 */
export interface PermutationOptions extends WorkOptions {
  /** Where the random splits come from; the same seed gives the same p-value. Unused where all splits are visited. */
  readonly random: Random;
  /** The most splits that are visited, 1 to 100,000,000: all, where there are no more; else so many random ones. @default 9999 */
  readonly permutations?: number;
  /**
   * Rows that stay together, for samples in order of time whose neighbours are alike: the samples are cut into blocks of so many
   * successive rows (the last one of each may be shorter), and whole blocks change sides. Take a season, a day or a week of rows.
   * @default 1
   */
  readonly blockLength?: number;
}

/** The p-value of a permutation test, and how sure it is. */
export interface PermutationPValue {
  /** The share of the splits that are at least as extreme; for random ones (b + 1)/(N + 1), which is never 0 and never too small. */
  readonly pValue: number;
  /** `exact`: all splits were visited; `random`: a random choice. */
  readonly method: "exact" | "random";
  /** How many splits were visited. */
  readonly permutations: number;
  /** The standard error of the p-value by the random choice of splits; 0 for `exact`. */
  readonly standardError: number;
}

/** Ways to split n + m rows into n and m. */
export interface PermutedSplits {
  readonly method: "exact" | "random";
  /** How many there are. */
  readonly permutations: number;
  /** Each as a mask with 1 for the rows of the first sample; the one array is written over for the next. */
  readonly masks: Iterable<Uint8Array>;
}

/** The splits that are visited where the caller does not say. */
const defaultPermutations = 9999;
const mostPermutations = 100_000_000;

/** Returns how many permutations are asked for, or throws `argument/invalid`. */
export function requirePermutations(permutations: number = defaultPermutations): number {
  if (requireCount("permutations", permutations, 1) <= mostPermutations) return permutations;
  throw new SluiceError("argument/invalid", {
    found: `permutations = ${permutations}`,
    expected: `at most ${mostPermutations}`,
    fix: "Pass fewer: N of them tell a p-value of p to about √(p/N).",
  });
}

/** All splits, the given one among them, if they are at most `permutations`; else random ones. */
export function permutedSplits(n: number, m: number, options: PermutationOptions): PermutedSplits {
  const permutations = requirePermutations(options.permutations);
  const block = requireCount("blockLength", options.blockLength ?? 1, 1);
  const whole = n % block === 0 && m % block === 0;
  const splits = whole ? splitCount(n / block, m / block, permutations) : Infinity;
  if (splits <= permutations) {
    return { method: "exact", permutations: splits, masks: watched(everySplit(n, m, block), splits, options) };
  }
  const { random } = options;
  const masks = block === 1 ? randomSplits(n, m, random) : randomBlocks(n, m, block, random);
  return { method: "random", permutations, masks: watched(masks, permutations, options) };
}

/** The p-value when `extreme` of the splits are at least as extreme as the one at hand. */
export function permutationPValue(
  extreme: number,
  { method, permutations }: Pick<PermutedSplits, "method" | "permutations">,
): PermutationPValue {
  if (method === "exact") return { pValue: extreme / permutations, method, permutations, standardError: 0 };
  const pValue = (extreme + 1) / (permutations + 1);
  return { pValue, method, permutations, standardError: Math.sqrt((pValue * (1 - pValue)) / permutations) };
}

/** The first `total` items; looks at the signal before each, and tells the progress a hundred times. */
function* watched(
  masks: Iterable<Uint8Array>,
  total: number,
  { signal, onProgress }: WorkOptions,
): Generator<Uint8Array> {
  const every = Math.max(1, Math.floor(total / 100));
  let done = 0;
  signal?.throwIfAborted();
  for (const mask of masks) {
    yield mask;
    done++;
    if (done % every === 0) onProgress?.({ stage: "permutations", done, total, unit: "splits" });
    if (done === total) return;
    signal?.throwIfAborted();
  }
}

/** The binomial coefficient (n + m over n), or Infinity once it is above `limit`. */
function splitCount(n: number, m: number, limit: number): number {
  let count = 1;
  for (let k = 1; k <= Math.min(n, m); k++) {
    count = Math.round((count * (Math.max(n, m) + k)) / k);
    if (count > limit) return Infinity;
  }
  return count;
}

/** All choices of n of the n + m rows (in blocks), in lexicographic order from the given one on. */
function* everySplit(n: number, m: number, block: number): Generator<Uint8Array> {
  const chosen = Uint32Array.from({ length: n / block }, (_, i) => i);
  const blocks = (n + m) / block;
  const mask = new Uint8Array(n + m);
  for (;;) {
    mask.fill(0);
    for (const at of chosen) mask.fill(1, at * block, (at + 1) * block);
    yield mask;
    let moved = chosen.length - 1;
    while (moved >= 0 && chosen[moved] === blocks - chosen.length + moved) moved--;
    if (moved < 0) return;
    let next = (chosen[moved] as number) + 1;
    for (let i = moved; i < chosen.length; i++) chosen[i] = next++;
  }
}

/** Random choices of the smaller sample by the first steps of a Fisher–Yates shuffle, which goes on from wherever the last one ended. */
function* randomSplits(n: number, m: number, random: Random): Generator<Uint8Array> {
  const size = n + m;
  const few = Math.min(n, m);
  const mark = n <= m ? 1 : 0;
  const rows = Uint32Array.from({ length: size }, (_, i) => i);
  const mask = new Uint8Array(size);
  for (;;) {
    mask.fill(1 - mark);
    for (let i = 0; i < few; i++) {
      const j = i + random.int(size - i);
      const row = rows[j] as number;
      rows[j] = rows[i] as number;
      rows[i] = row;
      mask[row] = mark;
    }
    yield mask;
  }
}

/** Shuffles the blocks of both samples and gives the first n rows to the first one, so that the sizes stay and one block at most is cut. */
function* randomBlocks(n: number, m: number, block: number, random: Random): Generator<Uint8Array> {
  const starts: number[] = [];
  for (let at = 0; at < n; at += block) starts.push(at);
  for (let at = n; at < n + m; at += block) starts.push(at);
  const order = Uint32Array.from(starts);
  const mask = new Uint8Array(n + m);
  for (;;) {
    mask.fill(0);
    random.shuffle(order);
    let left = n;
    for (const start of order) {
      const end = start < n ? Math.min(n, start + block) : Math.min(n + m, start + block);
      const taken = Math.min(left, end - start);
      mask.fill(1, start, start + taken);
      left -= taken;
      if (left === 0) break;
    }
    yield mask;
  }
}
