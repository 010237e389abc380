import type { Digest } from "../../core/digest.ts";
import { sampleMoments } from "../../stats/moments/sample-moments.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import { quantileOfSorted } from "../../stats/quantile.ts";
import { cellState, type Column } from "../../table/column.ts";

/** The shares at which a profile has quantiles. */
const shares: readonly number[] = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
/** How many of the most frequent texts are kept, and how many characters of each. */
const topTexts = 10;
const topCharacters = 100;

/** What the values of a feature look like: counts of all rows; of a sample of the values, evenly spaced, the rest. */
export interface FeatureProfile {
  readonly rows: number;
  readonly nulls: number;
  /** Rows of which nothing was known, or nothing recent enough. */
  readonly missing: number;
  /** Rows whose values were looked at: all of them, or a sample. */
  readonly sampled: number;
  /** Of numbers among the sampled values: those that are NaN or infinite. They count for nothing below. */
  readonly notFinite?: number;
  /** Of numbers (booleans are 0 and 1, instants epoch ms, 64-bit integers the nearest doubles): the mean, if there is a value. */
  readonly mean?: number;
  /** The standard deviation, over n − 1, if there are two values. */
  readonly sd?: number;
  /** Quantiles, linear between order statistics; 0 and 1 are the least and the largest value. */
  readonly quantiles?: readonly { readonly share: number; readonly value: number }[];
  /** Of texts: the ten most frequent ones (the first 100 characters), most frequent first. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  /** How many distinct texts the sample has. */
  readonly distinct?: number;
}

/** Where a profile's values were seen. */
export interface ProfileSource {
  /** What was profiled: a training set, or a table of the caller's. */
  readonly kind: "training-set" | "table";
  readonly digest: Digest;
  /** When, epoch ms. */
  readonly atMs: number;
}

/** Profiles a feature's column. `sampleRows` bounds how many rows are looked at beyond counting. */
export function profileColumn(column: Column, sampleRows: number): FeatureProfile {
  const rows = column.values.length;
  const { nulls, absent } = countStates(column.states);
  const step = Math.max(1, rows / sampleRows);
  const picked: number[] = [];
  for (let i = 0; Math.floor(i * step) < rows; i++) picked.push(Math.floor(i * step));
  const present = picked.filter((row) => column.states === undefined || column.states[row] === cellState.present);
  const counts = { rows, nulls, missing: absent, sampled: picked.length };
  if (column.tag === "utf8") {
    return { ...counts, ...textProfile(present.map((row) => column.dictionary[column.values[row] ?? 0] ?? "")) };
  }
  if (column.tag === "json") return counts;
  return { ...counts, ...numberProfile(Float64Array.from(present, (row) => Number(column.values[row]))) };
}

function countStates(states: Uint8Array | undefined): { readonly nulls: number; readonly absent: number } {
  let [nulls, absent] = [0, 0];
  for (const state of states ?? []) {
    if (state === cellState.null) nulls++;
    else if (state === cellState.absent) absent++;
  }
  return { nulls, absent };
}

function numberProfile(values: Float64Array): Pick<FeatureProfile, "notFinite" | "mean" | "sd" | "quantiles"> {
  const finite = values.filter(Number.isFinite).sort();
  const notFinite = values.length - finite.length;
  const [first] = finite;
  if (first === undefined) return { notFinite };
  const moments = sampleMoments(finite);
  const [mean, sd] = isNotComputable(moments)
    ? [finite.length === 1 ? first : undefined]
    : [moments.mean, Math.sqrt(moments.variance)];
  const quantiles = shares.flatMap((share) => {
    const value = quantileOfSorted(finite, share);
    return isNotComputable(value) ? [] : [{ share, value }];
  });
  return { notFinite, ...(mean !== undefined && { mean }), ...(sd !== undefined && { sd }), quantiles };
}

function textProfile(texts: readonly string[]): Pick<FeatureProfile, "top" | "distinct"> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const top = sorted.slice(0, topTexts).map(([text, count]) => ({ value: beginningOf(text), count }));
  return { top, distinct: counts.size };
}

/** The first characters by code point: no half of one. */
function beginningOf(text: string): string {
  return text.length <= topCharacters ? text : [...text.slice(0, 2 * topCharacters)].slice(0, topCharacters).join("");
}
