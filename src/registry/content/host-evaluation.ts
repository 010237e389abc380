import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { MetricEstimate, Metrics } from "../../contracts/metric-estimate.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { writeEvaluation } from "../evaluation/evaluation-table.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readVersion } from "../versions/version-table.ts";

/** What the host measured of a prompt or a config: the library signs that it was said, not that it is so. */
export interface HostEvaluation {
  /** The cases it was measured on: their name and revision, as in "tickets 2026-11". */
  readonly cases: string;
  /** How many there were. */
  readonly rows: number;
  readonly metrics: Metrics;
  /** The difference from the champion on the same cases; higher is better. @default not compared */
  readonly comparison?: { readonly champion: number; readonly metric: string; readonly difference: MetricEstimate };
}

/** What is evaluated. */
interface Evaluated {
  readonly model: string;
  readonly artifactDigest: Digest;
  readonly serviceHash: Digest;
}

/**
 * Stores an evaluation of the host's as a signed report; one of 0 rows, which opens no gate, where nothing was measured.
 * Errors: `argument/invalid`, `registry/not-found` (the champion it was compared with).
 */
export async function storeHostEvaluation(
  options: RegistryOptions,
  of: Evaluated,
  given: HostEvaluation | undefined,
): Promise<EvaluationReport> {
  if (given !== undefined) requireEvaluation(of.model, given);
  const { cases, rows, metrics } = given ?? { cases: "none", rows: 0, metrics: {} };
  const body: Omit<EvaluationReport, "digest"> = {
    schema: 1,
    ...of,
    dataset: digestOfJson({ cases }),
    sources: [],
    label: cases,
    rows,
    excludedRows: 0,
    metrics,
    slices: [],
    comparison: given?.comparison === undefined ? null : await comparisonOf(options, of.model, given.comparison),
  };
  const digest = await writeEvaluation(options, body, (evaluation) => [
    { from: `artifact:${of.artifactDigest}`, to: evaluation, kind: "evaluated", asserted: true },
  ]);
  return { ...body, digest };
}

async function comparisonOf(
  options: RegistryOptions,
  model: string,
  { champion, metric, difference }: NonNullable<HostEvaluation["comparison"]>,
): Promise<EvaluationReport["comparison"]> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { version } = await readVersion(sql, { name: model, version: champion }, options.verifier);
  const of = { version: champion, artifactDigest: version.artifactDigest };
  return { champion: of, metric, difference, championMetrics: {} };
}

function requireEvaluation(name: string, given: HostEvaluation): void {
  if (!isRecord(given) || !isRecord(given.metrics)) throw invalid(name, "no record, or no metrics,");
  const { cases, rows, metrics, comparison } = given;
  if (typeof cases !== "string" || cases.trim() === "") throw invalid(name, "no name of the cases");
  if (!Number.isSafeInteger(rows) || rows < 1) throw invalid(name, `${rows} rows`);
  for (const [metric, estimate] of Object.entries(metrics)) {
    if (!isRecord(estimate)) throw invalid(name, `a metric "${metric}" that is no estimate`);
    if (!("value" in estimate)) continue;
    if (estimate.n === undefined) throw invalid(name, `a metric "${metric}" without n, the number of its cases,`);
    const numbers = [estimate.value, estimate.lower ?? 0, estimate.upper ?? 0, estimate.n];
    if (!numbers.every(Number.isFinite)) throw invalid(name, `a metric "${metric}" that is not finite`);
  }
  if (comparison !== undefined && !isRecord(comparison?.difference))
    throw invalid(name, "a comparison without a difference");
  const compared = comparison?.difference;
  if (
    compared !== undefined &&
    ![compared.value, compared.lower ?? 0, compared.upper ?? 0, compared.n].every(Number.isFinite)
  )
    throw invalid(name, "a difference from the champion that is not finite");
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function invalid(name: string, found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} in the evaluation of "${name}"`,
    expected:
      "{ cases, rows, metrics }: named cases, at least one row, and metrics as { value, n }, with lower and upper where there is an interval, all finite",
    fix: "Write metrics: { exactMatch: { value: 0.9, n: 200 } }; { notComputable: why } of one that has no value.",
  });
}
