import type { LatencyMeasurement } from "../../contracts/evaluation-report.ts";
import type { ModelHandle } from "../../contracts/model-runtime.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { interpolatedQuantile } from "../../stats/quantile.ts";
import { sortDoubles } from "../../stats/sort-doubles.ts";
import type { EvaluationRows } from "./evaluation-rows.ts";

/** How latency is measured. */
export interface LatencyOptions {
  /** Calls that are timed, of one row each. @default 500 */
  readonly calls?: number;
  /** Calls before them that are not. @default 50 */
  readonly warmUpCalls?: number;
  /** Rows of a batch; as many batches as calls are timed, at most 100. @default 256 */
  readonly batchRows?: number;
}

/** Latency as a report has it: of single rows and of batches, warm-up apart. */
export interface MeasuredLatency {
  readonly latency: LatencyMeasurement;
  readonly batchLatency: LatencyMeasurement;
}

/** Times the model's calls one after the other, on the held-out rows in turn: the model alone, in this process, without features and transport. */
export async function measureLatency(
  handle: ModelHandle,
  rows: EvaluationRows,
  { calls = 500, warmUpCalls = 50, batchRows = 256 }: LatencyOptions,
  nowMs: () => number,
  work: WorkOptions,
): Promise<MeasuredLatency> {
  const batch = Math.min(batchRows, rows.rows);
  const batches = Math.min(calls, 100);
  return {
    latency: await timed(handle, rows, { calls, warmUpCalls, rowsPerCall: 1 }, nowMs, work),
    batchLatency: await timed(
      handle,
      rows,
      { calls: batches, warmUpCalls: Math.ceil(warmUpCalls / 5), rowsPerCall: batch },
      nowMs,
      work,
    ),
  };
}

interface Asked {
  readonly calls: number;
  readonly warmUpCalls: number;
  readonly rowsPerCall: number;
}

async function timed(
  handle: ModelHandle,
  { rows, width, values }: EvaluationRows,
  { calls, warmUpCalls, rowsPerCall }: Asked,
  nowMs: () => number,
  { signal, onProgress }: WorkOptions,
): Promise<LatencyMeasurement> {
  const tookMs = new Float64Array(calls);
  const total = warmUpCalls + calls;
  for (let call = 0; call < total; call++) {
    if (call % 50 === 0) {
      signal?.throwIfAborted();
      onProgress?.({ stage: "timing", done: call, total, unit: "calls" });
    }
    const from = (call * rowsPerCall) % Math.max(1, rows - rowsPerCall + 1);
    const input = values.slice(from * width, (from + rowsPerCall) * width);
    const startedMs = nowMs();
    await handle.predict({ rows: rowsPerCall, values: input });
    if (call >= warmUpCalls) tookMs[call - warmUpCalls] = Math.max(0, nowMs() - startedMs);
  }
  const sorted = sortDoubles(tookMs);
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((p) => interpolatedQuantile(sorted, p)) as [
    number,
    number,
    number,
  ];
  return { p50Ms, p95Ms, p99Ms, calls, rowsPerCall };
}
