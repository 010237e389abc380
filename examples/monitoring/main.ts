// Stage 6, monitoring: the trips get longer, a drift monitor notices, and its response starts the retraining pipeline.
import { monitor, pipeline, profileOf, step } from "sluice";
import { firstChampion, ingestTrips, lateModel, leavesAt, openExample, registerOn } from "../trips.ts";
import { service, trainingSet, tripRows } from "../trips.ts";

const { ws, remove } = await openExample();
await firstChampion(ws);
await ingestTrips(ws, 3000, 5000);
await ws.features.materialize(service, { from: leavesAt(0), to: leavesAt(5000) });

const retrain = step({ name: "retrain", run: async () => (await registerOn(ws, 2000, 4000, 5000)).version });
await ws.pipelines.define(pipeline("retrain-late", [retrain]));

const longer = monitor({
  id: "late-inputs",
  model: "late",
  signal: { kind: "data-drift", features: ["inputs.km"] },
  windowRows: 200,
  threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
  // None of this is optional: a monitor without an answer is refused.
  response: {
    owner: "fleet-ops",
    runbook: ["ask the depots what has changed", "look at the retrained version's evaluation"],
    actions: [
      { do: "notify", via: "log" },
      { do: "retrain", pipeline: "retrain-late" },
    ],
    ackWithin: "4h",
  },
});
const reference = profileOf((await trainingSet(ws, 0, 2000)).table, ["inputs.km"]);
await ws.monitoring.arm(longer, { reference, fromMs: leavesAt(3000), actor: "ann" });

const router = await ws.serving.router(lateModel, { unit: ({ trip }) => String(trip) });
/** Serves the trips [from, to); `factor` makes them longer. */
async function serve(from: number, to: number, factor: number): Promise<void> {
  const requests = tripRows(from, to).map(({ trip, depot, km }) => ({ trip, depot, km: km * factor }));
  await router.predictMany(requests, { atMs: Float64Array.from(requests, ({ trip }) => leavesAt(trip)) });
  await router.flush();
}
await serve(3000, 4000, 1);
await serve(4000, 5000, 1.5);

const retrainings: string[] = [];
ws.on("retraining.started", ({ run }) => retrainings.push(run));
const windows = await ws.monitoring.evaluate({ untilMs: leavesAt(5000) });
for (const { position, outcome, reason } of windows) console.log(`window ${position}: ${outcome}, ${reason}`);
for (const { id, cause, state } of await ws.monitoring.alerts()) console.log(`alert ${id} (${state}): ${cause}`);

// The response has started the pipeline. What it registers goes through the same gates as any other version.
for (const run of new Set(retrainings)) {
  const result = await ws.pipelines.wait(run);
  console.log(`retraining ${result.status}:`, result.status === "succeeded" ? result.outputs : result.error);
}
await remove();
