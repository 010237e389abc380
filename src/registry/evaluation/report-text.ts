import type { DecisionCounts, WorstSlices } from "../../contracts/evaluation-detail.ts";
import type { EvaluationReport, FairnessMeasurement } from "../../contracts/evaluation-report.ts";
import type { MetricEstimate, Metrics } from "../../contracts/metric-estimate.ts";
import { lineText } from "../../core/line-text.ts";

/** An evaluation report in lines for a person: what was measured, what could not be, and what speaks against the model. */
export function reportText(report: EvaluationReport): string {
  const { model, kind = "binary", label, rows, excludedRows, artifactDigest, dataset } = report;
  return [
    `evaluation of ${model} (${kind}, label ${label}) on ${rows} rows${excludedRows > 0 ? `, ${excludedRows} left out` : ""}`,
    `  model ${short(artifactDigest)}, data ${short(dataset)}${report.code === undefined ? "" : `, code ${report.code.digest.slice(0, 24)}`}`,
    ...table(report.metrics, "  "),
    ...section("calibration", report.calibration),
    ...reliabilityLines(report),
    ...(report.decisions === undefined ? [] : decisionLines(report.decisions)),
    ...(report.thresholds ?? []).map((one) =>
      "notComputable" in one
        ? `threshold by ${one.by}: not chosen, ${one.notComputable}`
        : `threshold by ${one.by}: ${shown(one.threshold)} [${shown(one.thresholdLower)}, ${shown(one.thresholdUpper)}], ${shown(one.value)} here, ${shown(one.crossFitted)} cross-fitted (chosen on these rows)`,
    ),
    ...comparisonLines(report),
    ...sliceLines(report),
    ...(report.worstSlices === undefined ? [] : worstLines(report.worstSlices)),
    ...(report.fairness ?? []).flatMap(fairnessLines),
    ...(report.robustness ?? []).flatMap(({ perturbation, drops }) => section(`drop under ${perturbation}`, drops)),
    ...costLines(report),
    ...leakageLines(report),
  ].join("\n");
}

function section(title: string, metrics: Metrics | undefined): readonly string[] {
  return metrics === undefined ? [] : [title, ...table(metrics, "  ")];
}

function table(metrics: Metrics, indent: string): readonly string[] {
  const width = Math.max(0, ...Object.keys(metrics).map((name) => name.length));
  return Object.entries(metrics).map(([name, found]) => `${indent}${name.padEnd(width)}  ${estimateText(found)}`);
}

/** A value with its interval, or why there is none. */
function estimateText(found: Metrics[string]): string {
  return "notComputable" in found ? `not computable: ${found.notComputable}` : `${shown(found.value)}${ends(found)}`;
}

function ends({ lower, upper }: MetricEstimate): string {
  return lower === undefined || upper === undefined ? "" : `  [${shown(lower)}, ${shown(upper)}]`;
}

function shown(value: number): string {
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : String(Number(value.toFixed(4)));
}

function short(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

function reliabilityLines({ reliability }: EvaluationReport): readonly string[] {
  if (reliability === undefined) return [];
  const { spiegelhalter, bins, of } = reliability;
  const test =
    "notComputable" in spiegelhalter
      ? spiegelhalter.notComputable
      : `Spiegelhalter z ${shown(spiegelhalter.z)}, p ${shown(spiegelhalter.pValue)}`;
  return [
    `  ${test}`,
    `  said → happened (${of}): ${bins.map((bin) => `${shown2(bin.meanProbability)} → ${shown2(bin.observed.value)}`).join(", ")}`,
  ];
}

function shown2(value: number): string {
  return value.toFixed(2);
}

function decisionLines({ threshold, classes, counts }: DecisionCounts): readonly string[] {
  const most = 12;
  if (classes.length > most) return [`decisions: ${classes.length} classes, see report.decisions`];
  const names = classes.map(lineText);
  const cells = [["actual \\ called", ...names], ...counts.map((row, i) => [names[i] ?? "", ...row.map(String)])];
  const widths = classes.map((_, j) => Math.max(...cells.map((row) => (row[j + 1] ?? "").length)));
  const first = Math.max(...cells.map((row) => (row[0] ?? "").length));
  return [
    `decisions${threshold === undefined ? "" : ` from ${threshold} on`}`,
    ...cells.map(
      ([head = "", ...rest]) =>
        `  ${head.padEnd(first)}  ${rest.map((cell, j) => cell.padStart(widths[j] ?? 0)).join("  ")}`,
    ),
  ];
}

function comparisonLines({ comparison }: EvaluationReport): readonly string[] {
  if (comparison === null) return ["no comparison with a champion"];
  const { champion, metric, difference, decisions, stability } = comparison;
  const verdict = (difference.lower ?? -1) > 0 ? "better" : (difference.upper ?? 1) < 0 ? "worse" : "not told apart";
  return [
    `against champion ${champion.version} on the same rows: ${verdict}`,
    `  ${metric} differs by ${estimateText(difference)}  (${comparison.method ?? "metric's own interval"}; above 0 is better)`,
    ...(decisions === undefined
      ? []
      : [
          `  right where the other is wrong: ${decisions.onlyThis} to ${decisions.onlyChampion}, McNemar p ${shown(decisions.pValue)}`,
        ]),
    ...table(stability ?? {}, "  "),
    ...(comparison.slices ?? []).map(
      ({ column, value, rows, difference: found }) =>
        `  ${sliceText(column, value)} (${rows} rows): ${estimateText(found)}`,
    ),
  ];
}

function sliceLines({ slices, metrics }: EvaluationReport): readonly string[] {
  const [name] = Object.keys(metrics);
  if (name === undefined || slices.length === 0) return [];
  return [
    `slices, by ${name}`,
    ...slices.map((slice) => {
      const found = slice.metrics[name] ?? { notComputable: "not measured" };
      return `  ${sliceText(slice.column, slice.value)} (${slice.rows} rows): ${estimateText(found)}`;
    }),
  ];
}

function sliceText(column: string, value: string): string {
  return `${lineText(column)} = ${lineText(value)}`;
}

function worstLines(worst: WorstSlices | { readonly notComputable: string }): readonly string[] {
  if ("notComputable" in worst) return [`worst slices: ${worst.notComputable}`];
  const { loss, overall, tested, alpha, minRows, slices } = worst;
  const searched = `${tested} slices of at least ${minRows} rows, chance of a false find ${alpha}`;
  if (slices.length === 0) return [`worst slices: none is worse than the rest (${searched})`];
  return [
    `worst slices, by ${loss} (${shown(overall)} over all rows; ${searched})`,
    ...slices.map(
      ({ conditions, rows, loss: own, difference, pValue }) =>
        `  ${conditions.map(({ column, value }) => sliceText(column, value)).join(" and ")} (${rows} rows): ${shown(own)}, worse by ${estimateText(difference)}, p ${shown(pValue)}`,
    ),
  ];
}

function fairnessLines({ column, groups, metrics, byGroup = [], small = [] }: FairnessMeasurement): readonly string[] {
  const ignored = small.map(({ value, rows }) => `${lineText(value)} (${rows} rows)`).join(", ");
  return [
    `fairness by ${lineText(column)}, ${groups} groups${ignored === "" ? "" : `; too small to compare: ${ignored}`}`,
    ...table(metrics, "  "),
    ...byGroup.map(({ value, rows, metrics: rates }) => {
      const texts = Object.entries(rates).map(
        ([name, found]) => `${name} ${"notComputable" in found ? "–" : shown(found.value)}`,
      );
      return `  ${lineText(value)} (${rows} rows): ${texts.join(", ")}`;
    }),
  ];
}

function costLines({ latency, batchLatency, sizeBytes }: EvaluationReport): readonly string[] {
  const lines = [latency, batchLatency].flatMap((one) =>
    one === undefined
      ? []
      : [
          `latency of ${one.rowsPerCall === 1 ? "one row" : `${one.rowsPerCall} rows`}: p50 ${shown(one.p50Ms)} ms, p95 ${shown(one.p95Ms)} ms, p99 ${shown(one.p99Ms)} ms (${one.calls} calls)`,
        ],
  );
  return sizeBytes === undefined ? lines : [...lines, `size ${sizeBytes} bytes`];
}

function leakageLines({ leakage, reproduction, artifactDigest }: EvaluationReport): readonly string[] {
  const shared =
    leakage === undefined
      ? "leakage: not counted"
      : `${leakage.sharedKeys > 0 ? "LEAKAGE" : "leakage"}: ${leakage.sharedKeys} of ${leakage.rows} rows are in the training set by ${leakage.key.map(lineText).join(", ")}; ${leakage.equalRows} have equal content`;
  if (reproduction === undefined) return [shared];
  const same = reproduction.artifactDigest === artifactDigest;
  const differs = reproduction.maxDifference === undefined ? "not measured" : shown(reproduction.maxDifference);
  return [
    shared,
    `trained again: ${same ? "the same artifact" : `another artifact, predictions differ by at most ${differs}`}`,
  ];
}
