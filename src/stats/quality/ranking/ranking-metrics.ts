import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import type { QueryGroups } from "./query-groups.ts";
import { type RankingMetrics, type RankingOptions, RankingQuality } from "./ranking-quality.ts";

/** The mean of one measure over queries. */
export interface RankingMean {
  /** The mean. */
  readonly value: number;
  /** Queries that were seen. */
  readonly queries: number;
  /** Queries without a relevant row: counted 0, or left out. */
  readonly withoutRelevant: number;
}

/**
 * Judges ranked lists of many queries by all measures at once. Rows with a relevance above 0 are relevant; ties are averaged over all
 * orders (F. McSherry, M. Najork, 2008), for NDCG as in scikit-learn.
 *
 * @param scores - One a row: the higher, the further ahead.
 * @param relevances - One a row, at least 0.
 * @param groups - Which rows belong to which query.
 *
 * `notComputable` without queries, for NaN, and for a relevance below 0 or without a finite gain; `argument/invalid` for different lengths
 * and for groups that do not cover the rows.
 *
 * @example
 * ```ts
 * import { isNotComputable, rankingMetrics } from "sluice/stats";
 * const found = rankingMetrics([0.9, 0.5, 0.1, 0.3, 0.2], [0, 2, 1, 1, 0], { offsets: [0, 3, 5] }, { k: 2 });
 * if (isNotComputable(found) || found.hitRate !== 1 || found.recall !== 0.75) throw new Error("one of two, one of one");
 * ```
 */
export function rankingMetrics(
  scores: ArrayLike<number>,
  relevances: ArrayLike<number>,
  groups: QueryGroups,
  options: RankingOptions = {},
): RankingMetrics | NotComputable {
  const quality = new RankingQuality(options);
  quality.addAll(scores, relevances, groups);
  return quality.metrics();
}

/**
 * NDCG, the mean over queries (K. Järvelin, J. Kekäläinen, 2002); with `k`, NDCG@k. Arguments and answers as {@link rankingMetrics}.
 *
 * @example
 * ```ts
 * import { isNotComputable, ndcg } from "sluice/stats";
 * const found = ndcg([0.1, 0.2, 0.3, 4, 70], [10, 0, 0, 1, 5], { offsets: [0, 5] });
 * if (isNotComputable(found) || Math.abs(found.value - 0.6956940443813076) > 1e-12) throw new Error("not scikit-learn's 0.69");
 * ```
 */
export function ndcg(
  scores: ArrayLike<number>,
  relevances: ArrayLike<number>,
  groups: QueryGroups,
  options: RankingOptions = {},
): RankingMean | NotComputable {
  return one("ndcg", rankingMetrics(scores, relevances, groups, options));
}

/** DCG, the mean over queries. Arguments and answers as {@link rankingMetrics}. */
export function dcg(
  scores: ArrayLike<number>,
  relevances: ArrayLike<number>,
  groups: QueryGroups,
  options: RankingOptions = {},
): RankingMean | NotComputable {
  return one("dcg", rankingMetrics(scores, relevances, groups, options));
}

/** MRR: the mean over queries of 1 / the place of the first relevant row. Arguments and answers as {@link rankingMetrics}. */
export function meanReciprocalRank(
  scores: ArrayLike<number>,
  relevances: ArrayLike<number>,
  groups: QueryGroups,
  options: RankingOptions = {},
): RankingMean | NotComputable {
  return one("meanReciprocalRank", rankingMetrics(scores, relevances, groups, options));
}

/** MAP, with `k` MAP@k over min(relevant rows, k): the mean over queries. Arguments and answers as {@link rankingMetrics}. */
export function meanAveragePrecision(
  scores: ArrayLike<number>,
  relevances: ArrayLike<number>,
  groups: QueryGroups,
  options: RankingOptions = {},
): RankingMean | NotComputable {
  return one("meanAveragePrecision", rankingMetrics(scores, relevances, groups, options));
}

function one(
  name: "ndcg" | "dcg" | "meanReciprocalRank" | "meanAveragePrecision",
  all: RankingMetrics | NotComputable,
): RankingMean | NotComputable {
  if (isNotComputable(all)) return all;
  return { value: all[name], queries: all.queries, withoutRelevant: all.withoutRelevant };
}
