import { fsBlobs } from "../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { tableFromRows } from "../src/table/table-from-rows.ts";
import { armOf, bucketOf } from "../src/serving/assign.ts";
import { SqlPredictionLog } from "../src/serving/log/sql-prediction-log.ts";
import { servingMigrations } from "../src/serving/serving-migrations.ts";
import { servedBatch } from "../test/support/memory-prediction-log.ts";
import {
  delayModel,
  flights,
  ingestFlights,
  openLoop,
  service,
  someFlights,
  startMs,
  toProduction,
  trainingOf,
  trainVersion,
} from "../test/support/small-loop.ts";
import { keep, medianMs, onceMs, quantileOf, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Serving: a batch and a single request from the router to the answer (features by SQLite, linear model, log), routing alone,
// and the prediction log.

const bench = "serving";

async function routing(): Promise<void> {
  const units = Array.from({ length: 100_000 }, (_, i) => `flight-${i}`);
  const ms = await medianMs(() => {
    let challengers = 0;
    for (const unit of units) if (armOf(bucketOf("delay@2", unit), 0.1) === "challenger") challengers++;
    keep(challengers);
  });
  report({ bench, case: "bucket and arm of a unit", value: (ms * 1e6) / units.length, unit: "ns" });
}

async function router(folder: string): Promise<void> {
  const ws = await openLoop(folder);
  const rows = someFlights(6000);
  await ingestFlights(ws, rows);
  const { version } = await trainVersion(
    ws,
    await trainingOf(ws, rows.slice(500, 4000)),
    await trainingOf(ws, rows.slice(4000)),
  );
  await toProduction(ws, version);
  await ws.features.materialize(service, { to: startMs });
  await ws.features.push(flights, tableFromRows(rows, flights.columns));
  const serving = await ws.serving.router(delayModel, { unit: ({ flight }) => flight, timeoutMs: 10_000 });
  const to = startMs + rows.length * 60_000;
  const request = (i: number): { flight: string; origin: string; distance: number } => ({
    flight: `f${i}`,
    origin: ["ATL", "ORD", "DFW", "LAX"][i % 4] ?? "ATL",
    distance: 500 + (i % 100),
  });
  const requests = Array.from({ length: 1000 }, (_, i) => request(i));
  const atMs = new Float64Array(requests.length).fill(to);
  const many = await medianMs(async () => {
    const results = await serving.predictMany(requests, { atMs });
    if (results.some((result) => !result.ok)) throw new Error("every request should be answered");
  }, 10);
  report({ bench, case: "predictMany of 1,000 requests", value: (requests.length * 1000) / many, unit: "rows/s" });
  const features = await medianMs(
    () =>
      ws.features.vectors(
        service,
        requests.map(({ origin, distance }) => ({ origin, distance })),
        { atMs },
      ),
    10,
  );
  report({ bench, case: "of which reading the features", value: (requests.length * 1000) / features, unit: "rows/s" });
  const times: number[] = [];
  for (let i = 0; i < 500; i++) times.push(await onceMs(() => serving.predict(request(i), { atMs: to })));
  report({ bench, case: "predict of one request, p50", value: quantileOf(times, 0.5) * 1000, unit: "us" });
  report({ bench, case: "predict of one request, p95", value: quantileOf(times, 0.95) * 1000, unit: "us" });
  await serving.close();
  await ws.close();
}

async function log(folder: string): Promise<void> {
  const metadata = sqliteMetadata({ path: `${folder}/metadata.sqlite` });
  await metadata.migrate([servingMigrations]);
  const predictions = new SqlPredictionLog({ metadata, blobs: fsBlobs({ path: `${folder}/blobs` }) });
  const [total, part, width] = [200_000, 1000, 15];
  const batches = Array.from({ length: total / part }, (_, i) => {
    const one = servedBatch("delay", `${i}-`, i * part, new Float64Array(part), new Float64Array(part));
    const featureNames = Array.from({ length: width }, (_, feature) => `view.f${feature}`);
    const features = Float64Array.from({ length: part * width }, (_, cell) => cell * 0.37);
    return { ...one, featureNames, features, statuses: new Uint8Array(part * width).fill(1) };
  });
  const append = await onceMs(async () => {
    for (const batch of batches) await predictions.append(batch);
  });
  report({
    bench,
    case: "append 200k predictions x 15 features, durably, 1,000 a call",
    value: (total * 1000) / append,
    unit: "rows/s",
  });
  const read = await medianMs(async () => {
    let rows = 0;
    for await (const batch of predictions.read("delay", 0, total)) rows += batch.rows;
    if (rows !== total) throw new Error(`${rows} rows came back`);
  }, 3);
  report({ bench, case: "read 200k predictions x 15 features", value: (total * 1000) / read, unit: "rows/s" });
  await metadata.close();
}

await routing();
await withFolder(router);
await withFolder(log);
