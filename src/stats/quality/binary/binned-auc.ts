import { SluiceError } from "../../../core/errors.ts";
import { lowerBound } from "../../../core/lower-bound.ts";
import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { requireEdges } from "../score-edges.ts";
import { countPositives, requireLabel } from "./labelled-scores.ts";
import type { RocAuc } from "./roc-auc.ts";

const kind = "QAUC";

/** An AUC known up to the order inside the bins. */
export interface AucBracket extends RocAuc {
  /** The middle of the bracket: pairs inside a bin count as half. */
  readonly value: number;
  /** The exact AUC of the same rows is at least this. */
  readonly lower: number;
  /** The exact AUC of the same rows is at most this. */
  readonly upper: number;
}

/**
 * The AUC of a stream: counts of both classes over frozen score bins, and from them a bracket in which the exact AUC of the same rows
 * surely lies. Parts merge exactly; the size is that of the bins, whatever the number of rows.
 *
 * Bins are (edge, next edge], the first and the last one open-ended. A pair in different bins is in known order; a pair inside one bin
 * may count anything from 0 to 1, so the bracket is as wide as the share of such pairs. Take quantiles of a reference as edges.
 *
 * @example
 * ```ts
 * import { BinnedAuc, isNotComputable, rocAuc } from "sluice/stats";
 * const scores = [0.05, 0.4, 0.35, 0.8, 0.62, 0.3];
 * const labels = [0, 0, 1, 1, 1, 0];
 * const binned = new BinnedAuc({ edges: [0.25, 0.5, 0.75] });
 * binned.addAll(scores, labels);
 * const [found, exact] = [binned.auc(), rocAuc(scores, labels)];
 * if (isNotComputable(found) || isNotComputable(exact)) throw new Error("both classes are there");
 * if (!(found.lower <= exact.value && exact.value <= found.upper)) throw new Error("not a bracket");
 * ```
 */
export class BinnedAuc {
  /** The edges between the bins, ascending. */
  readonly edges: readonly number[];
  readonly #edges: Float64Array;
  readonly #positives: Float64Array;
  readonly #negatives: Float64Array;
  #nans = 0;

  /** @param options - The edges between the bins: at least one, finite, ascending. */
  constructor(options: { readonly edges: ArrayLike<number> }) {
    this.#edges = requireEdges(options?.edges);
    this.edges = Array.from(this.#edges);
    this.#positives = new Float64Array(this.#edges.length + 1);
    this.#negatives = new Float64Array(this.#edges.length + 1);
  }

  /** Counts one row. Throws `argument/invalid` for a label other than 0 and 1. */
  add(score: number, label: number): void {
    requireLabel(label);
    this.#count(score, label);
  }

  /** Counts columns. Throws `argument/invalid` for different lengths and for labels other than 0 and 1; then nothing is counted. */
  addAll(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
    requireSameLength("scores and labels", scores, labels);
    countPositives(labels);
    for (let i = 0; i < scores.length; i++) this.#count(scores[i] as number, labels[i] as number);
  }

  /** Adds what another one counted. Throws `argument/invalid` for other edges. */
  merge(other: BinnedAuc): void {
    if (other.#edges.join() !== this.#edges.join()) {
      throw new SluiceError("argument/invalid", {
        found: `${other.#edges.length} edges that are not these ${this.#edges.length}`,
        expected: "the same edges",
        fix: "Freeze the edges once and count all parts over them.",
      });
    }
    other.#positives.forEach((count, bin) => {
      this.#positives[bin] = (this.#positives[bin] as number) + count;
    });
    other.#negatives.forEach((count, bin) => {
      this.#negatives[bin] = (this.#negatives[bin] as number) + count;
    });
    this.#nans += other.#nans;
  }

  /** The bracket so far; `notComputable` without rows, with one class only, and when a score was NaN. */
  auc(): AucBracket | NotComputable {
    if (this.#nans > 0) return notComputable("nan", `${this.#nans} scores are NaN`);
    let positives = 0;
    let negatives = 0;
    let ordered = 0;
    let open = 0;
    for (let bin = 0; bin < this.#positives.length; bin++) {
      const here = this.#positives[bin] as number;
      ordered += here * negatives;
      open += here * (this.#negatives[bin] as number);
      positives += here;
      negatives += this.#negatives[bin] as number;
    }
    if (positives + negatives === 0) return notComputable("empty", "there are no rows");
    if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
    const pairs = positives * negatives;
    const upper = (ordered + open) / pairs;
    return { value: (ordered + open / 2) / pairs, lower: ordered / pairs, upper, positives, negatives };
  }

  /** The state as bytes: equal for equal rows, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.f64s(this.#edges);
    writer.count(this.#nans);
    for (const count of this.#positives) writer.count(count);
    for (const count of this.#negatives) writer.count(count);
    return writer.finish();
  }

  /** Restores what {@link BinnedAuc.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): BinnedAuc {
    const reader = new SummaryReader(bytes, kind, 1);
    const edges = reader.f64s();
    const ascending = edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (edges[i - 1] as number)));
    reader.require(edges.length > 0 && ascending, "edges that do not ascend");
    const read = new BinnedAuc({ edges });
    read.#nans = reader.count();
    for (const counts of [read.#positives, read.#negatives]) {
      for (let bin = 0; bin < counts.length; bin++) counts[bin] = reader.count();
    }
    reader.end();
    return read;
  }

  #count(score: number, label: number): void {
    if (Number.isNaN(score)) {
      this.#nans++;
      return;
    }
    const counts = label === 1 ? this.#positives : this.#negatives;
    const bin = lowerBound(this.#edges, score);
    counts[bin] = (counts[bin] as number) + 1;
  }
}
