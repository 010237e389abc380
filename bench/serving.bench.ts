import { fsBlobs } from "../src/backends/fs/fs-blob-store.ts";
import type { PredictionBatch } from "../src/contracts/prediction-log.ts";
import { seededRandom } from "../src/core/random.ts";
import { armOf, bucketOf } from "../src/serving/assign.ts";
import { canary } from "../src/serving/canary.ts";
import { growthBookBucket } from "../src/serving/growth-book-bucket.ts";
import { SqlPredictionLog } from "../src/serving/log/sql-prediction-log.ts";
import { type Harness, requests, withHarness } from "../test/serving/support/harness.ts";
import { report } from "./report.ts";

// What serving costs: the assignment of a unit, a routed and logged prediction, and the prediction log.

const bench = "serving";
const rows = 200_000;

assignment();
await withHarness(routing);
await withHarness(logging);

function assignment(): void {
  const units = Array.from({ length: rows }, (_, i) => `user-${i}`);
  let challengers = 0;
  const own = timed(() => {
    for (const unit of units) if (armOf(bucketOf("score@2", unit), 0.1) === "challenger") challengers += 1;
  });
  const growthBook = timed(() => {
    for (const unit of units) if (growthBookBucket("score@2", unit) < 0.1) challengers += 1;
  });
  if (challengers < rows * 0.19) throw new Error("too few challengers");
  const perUnit = (ms: number): number => (ms * 1e6) / rows;
  report({
    bench,
    case: "assign a unit",
    value: perUnit(own),
    unit: "ns",
    atMost: 1000,
    baseline: perUnit(growthBook),
  });
}

async function routing(harness: Harness): Promise<void> {
  await harness.source.add(2, [1, 0], 0.5, "challenger");
  const router = await harness.router();
  const asked = requests(0, rows);
  for (const [name, start] of [
    ["champion alone", async () => undefined],
    ["canary at 20%", () => router.startRollout(2, canary({ steps: [{ share: 0.2, minRequests: 1e9 }] }))],
  ] as const) {
    await start();
    const startedMs = performance.now();
    for (let at = 0; at < rows; at += 1000) await router.predictMany(asked.slice(at, at + 1000));
    await router.flush();
    const perRowUs = ((performance.now() - startedMs) * 1000) / rows;
    report({ bench, case: `predictMany, ${name}, logged`, value: perRowUs, unit: "us/row", atMost: 60 });
  }
  await router.close();
}

async function logging(harness: Harness): Promise<void> {
  const log = new SqlPredictionLog({ metadata: harness.metadata, blobs: fsBlobs({ path: `${harness.folder}/log` }) });
  const batches = Array.from({ length: rows / 1000 }, (_, i) => servedBatch(i * 1000, 1000));
  let startedMs = performance.now();
  for (const batch of batches) await log.append(batch);
  report({ bench, case: "log 200,000 × 15 features", value: performance.now() - startedMs, unit: "ms", atMost: 2000 });
  startedMs = performance.now();
  let read = 0;
  for await (const batch of log.read("bench", 0, rows)) read += batch.rows;
  if (read !== rows) throw new Error(`read ${read} of ${rows}`);
  report({ bench, case: "read them back", value: performance.now() - startedMs, unit: "ms", atMost: 1000 });
}

function servedBatch(from: number, count: number): PredictionBatch {
  const random = seededRandom(from);
  const timeMs = Float64Array.from({ length: count }, (_, i) => from + i);
  return {
    model: "bench",
    rows: count,
    ids: Array.from(timeMs, (time) => `0199a3b4-7c1d-7000-8000-${String(time).padStart(12, "0")}`),
    timeMs,
    version: new Int32Array(count).fill(1),
    certificates: {},
    role: Array.from(timeMs, () => "champion" as const),
    share: new Float64Array(count),
    bucket: new Float64Array(count),
    fellBack: new Uint8Array(count),
    featureNames: Array.from({ length: 15 }, (_, i) => `view.f${i}`),
    features: Float64Array.from({ length: count * 15 }, () => random.next()),
    statuses: new Uint8Array(count * 15).fill(1),
    atMs: timeMs,
    inputs: Array.from(timeMs, (time) => `{"destination":"ATL","distance":${time},"origin":"JFK"}`),
    outputNames: ["p"],
    outputs: new Float64Array(count),
  };
}

function timed(work: () => void): number {
  work();
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
