/** How good the order of one query's rows is; ties are averaged over all orders of the tied rows. */
export interface QueryRanking {
  readonly dcg: number;
  readonly ndcg: number;
  readonly reciprocalRank: number;
  readonly averagePrecision: number;
  readonly precision: number;
  readonly recall: number;
  readonly hitRate: number;
}

/** Rows of one score: places `from` (counted from 0) up to `from + size`, of which some are relevant. */
interface Tie {
  readonly from: number;
  readonly size: number;
  readonly relevant: number;
  readonly gain: number;
}

/**
 * Every measure of one query up to place `k` (Infinity: all), or `undefined` when no row is relevant (above 0). Expectations over ties: F.
 * McSherry, M. Najork, "Computing information retrieval performance measures efficiently in the presence of tied scores", 2008.
 */
export function rankQuery(
  scores: Float64Array,
  relevances: Float64Array,
  most: number,
  gainOf: (relevance: number) => number,
): QueryRanking | undefined {
  const rows = scores.length;
  const k = Math.min(most, rows);
  const total = relevances.reduce((count, relevance) => count + (relevance > 0 ? 1 : 0), 0);
  if (total === 0) return undefined;
  let [dcg, precise, found, missed, reciprocal] = [0, 0, 0, 1, 0];
  for (const tie of tiesOf(scores, relevances, gainOf)) {
    const within = Math.min(tie.size, k - tie.from);
    if (within <= 0) break;
    dcg += (tie.gain / tie.size) * discounts(tie.from, within);
    precise += expectedPrecisions(tie, within, found);
    if (found === 0 && tie.relevant > 0) {
      const first = firstRelevant(tie, within);
      reciprocal = first.reciprocal;
      missed = first.missed;
    }
    found += tie.relevant * (within / tie.size);
  }
  const ideal = Float64Array.from(relevances, gainOf).sort().reverse();
  let best = 0;
  for (let place = 0; place < k; place++) best += (ideal[place] as number) / Math.log2(place + 2);
  return {
    dcg,
    ndcg: Math.min(1, dcg / best),
    reciprocalRank: reciprocal,
    averagePrecision: Math.min(1, precise / Math.min(total, k)),
    precision: found / (most === Number.POSITIVE_INFINITY ? rows : most),
    recall: found / total,
    hitRate: 1 - missed,
  };
}

function tiesOf(scores: Float64Array, relevances: Float64Array, gainOf: (relevance: number) => number): readonly Tie[] {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => {
    const [left, right] = [scores[a] as number, scores[b] as number];
    return left === right ? 0 : right > left ? 1 : -1;
  });
  const ties: Tie[] = [];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] as number];
    let [to, relevant, gain] = [from, 0, 0];
    for (; to < order.length && scores[order[to] as number] === score; to++) {
      const relevance = relevances[order[to] as number] as number;
      if (relevance > 0) relevant++;
      gain += gainOf(relevance);
    }
    ties.push({ from, size: to - from, relevant, gain });
    from = to;
  }
  return ties;
}

function discounts(from: number, count: number): number {
  let sum = 0;
  for (let place = from; place < from + count; place++) sum += 1 / Math.log2(place + 2);
  return sum;
}

/** The expected sum of the precisions at relevant rows among the first places of a tie, `before` relevant ones being ahead. */
function expectedPrecisions({ from, size, relevant }: Tie, within: number, before: number): number {
  if (relevant === 0) return 0;
  const others = size === 1 ? 0 : (relevant - 1) / (size - 1);
  let sum = 0;
  for (let j = 0; j < within; j++) sum += ((relevant / size) * (before + 1 + j * others)) / (from + j + 1);
  return sum;
}

/** Where the first relevant row of a tie stands: the expected 1/place within the first places, and the chance that it is not among them. */
function firstRelevant(
  { from, size, relevant }: Tie,
  within: number,
): { readonly reciprocal: number; readonly missed: number } {
  let reciprocal = 0;
  let missed = 1;
  for (let j = 0; j < within; j++) {
    const here = Math.min(1, relevant / (size - j));
    reciprocal += (missed * here) / (from + j + 1);
    missed *= 1 - here;
  }
  return { reciprocal, missed };
}
