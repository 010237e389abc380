import { SluiceError } from "../../../core/errors.ts";
import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireCount, requireOneOf, requireSameLength } from "../../require-argument.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { forEachQuery, type QueryGroups } from "./query-groups.ts";
import { type QueryRanking, rankQuery } from "./rank-query.ts";

const kind = "QRNK";
const names = ["dcg", "ndcg", "reciprocalRank", "averagePrecision", "precision", "recall", "hitRate"] as const;
const gainRules = ["linear", "exponential"] as const;
const emptyRules = ["zero", "skip"] as const;

/** How ranked lists are judged. */
export interface RankingOptions {
  /** Only the first `k` places count, at least 1. @default all */
  readonly k?: number;
  /** The gain of a relevance in DCG and NDCG: itself, or 2^relevance − 1. @default "linear" */
  readonly gains?: "linear" | "exponential";
  /**
   * A query without a relevant row counts `zero` in every mean (as scikit-learn's NDCG, and right where lists hold only what was
   * retrieved), or is left out (`skip`). @default "zero"
   */
  readonly withoutRelevant?: "zero" | "skip";
}

/** Means over queries, each in [0, 1] but `dcg`. */
export interface RankingMetrics {
  /** Normalised discounted cumulative gain: DCG over that of the best order (K. Järvelin, J. Kekäläinen, 2002). */
  readonly ndcg: number;
  /** Discounted cumulative gain: Σ gain / log₂(place + 1). */
  readonly dcg: number;
  /** MRR: 1 over the place of the first relevant row, 0 where it is not among the first `k`. */
  readonly meanReciprocalRank: number;
  /** MAP: the mean precision at the relevant rows, over min(relevant rows, k). */
  readonly meanAveragePrecision: number;
  /** The share of relevant rows among the first `k` places (places without a row count as irrelevant). */
  readonly precision: number;
  /** The share of the query's relevant rows that are among the first `k`. */
  readonly recall: number;
  /** The share of queries with a relevant row among the first `k`. */
  readonly hitRate: number;
  /** Queries that were seen. */
  readonly queries: number;
  /** Queries without a relevant row: counted 0, or left out. */
  readonly withoutRelevant: number;
}

/**
 * Ranked lists, judged query by query; parts merge to the bit. Rows with a relevance above 0 are relevant; tied scores are averaged over
 * all orders.
 *
 * @example
 * ```ts
 * import { isNotComputable, RankingQuality } from "sluice/stats";
 * const [left, right] = [new RankingQuality({ k: 2 }), new RankingQuality({ k: 2 })];
 * left.add([0.9, 0.5, 0.1], [0, 1, 0]);
 * right.add([0.3, 0.2], [1, 0]);
 * left.merge(RankingQuality.fromBytes(right.toBytes()));
 * const found = left.metrics();
 * if (isNotComputable(found) || found.meanReciprocalRank !== 0.75) throw new Error("second and first place");
 * ```
 */
export class RankingQuality {
  readonly #k: number;
  readonly #gains: (typeof gainRules)[number];
  readonly #empty: (typeof emptyRules)[number];
  #sums: readonly ExactSum[] = names.map(() => new ExactSum());
  #queries = 0;
  #withoutRelevant = 0;
  #nans = 0;
  #outside = 0;

  /** @param options - How lists are judged. */
  constructor(options: RankingOptions = {}) {
    this.#k = options.k === undefined ? Number.POSITIVE_INFINITY : requireCount("k", options.k, 1);
    this.#gains = requireOneOf("gains", options.gains ?? "linear", gainRules);
    this.#empty = requireOneOf("withoutRelevant", options.withoutRelevant ?? "zero", emptyRules);
  }

  /** Adds one query: the scores of its rows, higher is ranked first, and their relevances, at least 0. Throws for different lengths. */
  add(scores: ArrayLike<number>, relevances: ArrayLike<number>): void {
    requireSameLength("scores and relevances", scores, relevances);
    this.#add(Float64Array.from(scores), Float64Array.from(relevances));
  }

  /** Adds many queries at once. Throws `argument/invalid` for different lengths and for groups that do not cover the rows. */
  addAll(scores: ArrayLike<number>, relevances: ArrayLike<number>, groups: QueryGroups): void {
    requireSameLength("scores and relevances", scores, relevances);
    forEachQuery(groups, scores.length, (rows) => {
      const column = (values: ArrayLike<number>): Float64Array =>
        Float64Array.from(rows, (row) => values[row] as number);
      this.#add(column(scores), column(relevances));
    });
  }

  /** Adds what another one summed. Throws `argument/invalid` for other options. */
  merge(other: RankingQuality): void {
    if (other.#k !== this.#k || other.#gains !== this.#gains || other.#empty !== this.#empty) {
      throw new SluiceError("argument/invalid", {
        found: `lists judged by k = ${other.#k}, ${other.#gains}, ${other.#empty}`,
        expected: `k = ${this.#k}, ${this.#gains}, ${this.#empty}`,
        fix: "Judge all parts by the same options.",
      });
    }
    for (const [i, sum] of this.#sums.entries()) sum.merge(other.#sums[i] as ExactSum);
    this.#queries += other.#queries;
    this.#withoutRelevant += other.#withoutRelevant;
    this.#nans += other.#nans;
    this.#outside += other.#outside;
  }

  /**
   * The means so far; `notComputable` without queries (or with `skip` without any that has a relevant row), when a score or a relevance was
   * NaN, and when a relevance was below 0 or too large for a gain.
   */
  metrics(): RankingMetrics | NotComputable {
    if (this.#nans > 0) return notComputable("nan", `${this.#nans} queries have a NaN`);
    if (this.#outside > 0)
      return notComputable(
        "out-of-range",
        `${this.#outside} queries have a relevance below 0 or without a finite gain`,
      );
    if (this.#queries === 0) return notComputable("empty", "there are no queries");
    const counted = this.#queries - (this.#empty === "skip" ? this.#withoutRelevant : 0);
    if (counted === 0) return notComputable("zero-denominator", "no query has a relevant row");
    const mean = (name: keyof QueryRanking): number => (this.#sums[names.indexOf(name)] as ExactSum).value() / counted;
    return {
      ndcg: mean("ndcg"),
      dcg: mean("dcg"),
      meanReciprocalRank: mean("reciprocalRank"),
      meanAveragePrecision: mean("averagePrecision"),
      precision: mean("precision"),
      recall: mean("recall"),
      hitRate: mean("hitRate"),
      queries: this.#queries,
      withoutRelevant: this.#withoutRelevant,
    };
  }

  /** The state as bytes: equal for equal queries, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.f64(this.#k);
    writer.u8(gainRules.indexOf(this.#gains));
    writer.u8(emptyRules.indexOf(this.#empty));
    for (const count of [this.#queries, this.#withoutRelevant, this.#nans, this.#outside]) writer.count(count);
    for (const sum of this.#sums) writer.bytes(sum.toBytes());
    return writer.finish();
  }

  /** Restores what {@link RankingQuality.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): RankingQuality {
    const reader = new SummaryReader(bytes, kind, 1);
    const k = reader.f64();
    const [gains, withoutRelevant] = [gainRules[reader.u8()], emptyRules[reader.u8()]];
    reader.require(k === Number.POSITIVE_INFINITY || (Number.isSafeInteger(k) && k > 0), "a k that is no place");
    reader.require(gains !== undefined && withoutRelevant !== undefined, "a rule of no known name");
    const read = new RankingQuality({
      ...(k === Number.POSITIVE_INFINITY ? {} : { k }),
      gains: gains ?? "linear",
      withoutRelevant: withoutRelevant ?? "zero",
    });
    read.#queries = reader.count();
    read.#withoutRelevant = reader.count();
    read.#nans = reader.count();
    read.#outside = reader.count();
    read.#sums = names.map(() => ExactSum.fromBytes(reader.bytes()));
    reader.end();
    const judged = read.#queries - read.#withoutRelevant - read.#nans - read.#outside;
    reader.require(judged >= 0 && read.#sums.every((sum) => sum.count === judged), "queries that do not add up");
    return read;
  }

  #add(scores: Float64Array, relevances: Float64Array): void {
    this.#queries++;
    const most = this.#gains === "linear" ? 1e290 : 900;
    if (scores.some(Number.isNaN) || relevances.some(Number.isNaN)) this.#nans++;
    else if (!relevances.every((relevance) => relevance >= 0 && relevance <= most)) this.#outside++;
    else {
      const gainOf = this.#gains === "linear" ? (r: number) => r : exponentialGain;
      const found = rankQuery(scores, relevances, this.#k, gainOf);
      if (found === undefined) this.#withoutRelevant++;
      else for (const [i, name] of names.entries()) (this.#sums[i] as ExactSum).add(found[name]);
    }
  }
}

/** 2^r − 1: exact for whole numbers, and above 0 for every r above 0, where 2^r would round to 1. */
function exponentialGain(r: number): number {
  return r < 1 ? Math.expm1(r * Math.LN2) : 2 ** r - 1;
}
