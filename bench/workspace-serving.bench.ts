import { tableFromRows } from "../src/table/table-from-rows.ts";
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
import { medianMs, onceMs, quantileOf, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Serving through a workspace: a batch and a single request from the router to the answer (features by SQLite, linear model, log).

const bench = "workspace-serving";

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

await withFolder(router);
