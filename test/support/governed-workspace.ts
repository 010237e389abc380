import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import { monitor, profileOf } from "../../src/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import * as loop from "./small-loop.ts";

/** A workspace in which a model was governed. */
export interface GovernedWorkspace {
  readonly ws: Workspace;
  readonly clock: ManualClock;
  readonly evaluation: EvaluationReport;
}

/** Lives through one loop that leaves records: data, a run, an evaluation, a version in production, predictions, a monitor, an alert. */
export async function governedWorkspace(folder: string): Promise<GovernedWorkspace> {
  const clock = manualClock(loop.startMs + 10 * 86_400_000);
  const ws = await loop.openLoop(folder, clock);
  const rows = loop.someFlights(4000);
  await loop.ingestFlights(ws, rows);
  const training = await loop.trainingOf(ws, rows.slice(500, 3000));
  const { version, evaluation } = await loop.trainVersion(ws, training, await loop.trainingOf(ws, rows.slice(3000)));
  await ws.registry.writeCard(
    version,
    { intendedUse: "Tells which flights will be late.", limits: "Not tried on snow." },
    { author: "ada" },
  );
  await loop.toProduction(ws, version);
  const servedMs = loop.startMs + rows.length * 60_000;
  await ws.features.materialize(loop.service, { to: servedMs });
  const router = await ws.serving.router(loop.delayModel, { unit: ({ flight }) => flight });
  const requests = Array.from({ length: 200 }, (_, i) => ({ flight: `f${i}`, origin: "ATL", distance: 1e9 }));
  await router.predictMany(requests, { atMs: new Float64Array(200).fill(servedMs) });
  await router.flush();
  await ws.monitoring.arm(
    monitor({
      id: "inputs",
      model: "delay",
      signal: { kind: "data-drift", features: ["risk.far"] },
      windowRows: 100,
      threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
      response: {
        owner: "ops",
        ackWithin: "4h",
        runbook: ["look at the feed"],
        actions: [{ do: "notify", via: "log" }],
      },
    }),
    { reference: profileOf(training.table, training.features), fromMs: loop.startMs, actor: "ada" },
  );
  clock.advance(1000);
  await ws.monitoring.evaluate();
  return { ws, clock, evaluation };
}
