import { isoOf } from "../../core/iso-of.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import { shortHash } from "../definitions/short-hash.ts";
import type { FeatureSkewParts, SkewCounts, SkewExample } from "./skew-counts.ts";
import { type SkewCause, skewCauses } from "./skew-cause.ts";

/** A skew report as text. */
export function formatSkew(skew: FeatureSkewParts): string {
  const { service, total, rows, byFeature, examples, notCompared } = skew;
  const head = `Skew of ${service.name} (${shortHash(service.hash)}), served from ${endOf(skew.fromMs)} to ${endOf(skew.toMs)}:`;
  const different = Object.entries(byFeature).filter(([, counts]) => counts.equal < counts.cells);
  return [
    head,
    `  ${verdictOf(rows, total)}`,
    ...(skew.erased === 0 ? [] : [`  left out: ${skew.erased} rows of entities that were erased`]),
    ...table(different),
    ...(examples.length === 0 ? [] : ["  worst cells:"]),
    ...examples.map(exampleLine),
    ...(notCompared.length === 0
      ? []
      : [`  not compared (of numbers alone the values are logged): ${notCompared.join(", ")}`]),
  ].join("\n");
}

function verdictOf(rows: number, total: SkewCounts): string {
  if (rows === 0)
    return "nothing was logged, so nothing can be said: open the workspace with featureLog, or serve by a router";
  const different = total.cells - total.equal;
  const compared = `${rows} rows, ${total.cells} cells`;
  if (different === 0) return `${compared}: all equal to the bit`;
  const causes = skewCauses
    .filter((cause) => total.causes[cause] > 0)
    .map((cause) => `${total.causes[cause]} ${cause}`);
  const share = ((different / total.cells) * 100).toPrecision(3);
  return `${compared}: ${different} differ (${share}%): ${causes.join(", ")}`;
}

function table(features: readonly (readonly [string, SkewCounts])[]): readonly string[] {
  if (features.length === 0) return [];
  const title = ["feature", "cells", "differ", ...skewCauses, "smape"];
  const lines = features.map(([name, counts]) => [
    name,
    String(counts.cells),
    String(counts.cells - counts.equal),
    ...skewCauses.map((cause) => String(counts.causes[cause])),
    counts.smape === undefined ? "-" : counts.smape.toPrecision(3),
  ]);
  return alignedLines([title, ...lines], (column) => column > 0).map((line) => `  ${line}`);
}

function exampleLine({ feature, cause, input, atMs, served, computed, because }: SkewExample): string {
  const keys = Object.entries(input).map(([field, value]) => `${field} ${String(value)}`);
  return `    ${causeWord(cause)}: ${feature} at ${isoOf(atMs)} for ${keys.join(", ")}: served ${served}, history ${computed} (${because})`;
}

function causeWord(cause: SkewCause): string {
  return cause === "definition" ? "DEFINITION" : cause;
}

function endOf(ms: number): string {
  if (ms === Number.NEGATIVE_INFINITY) return "the beginning";
  return ms === Number.POSITIVE_INFINITY ? "now" : isoOf(ms);
}
