// Shared by the examples of features, training, registry, serving and monitoring: made-up trips of lorries from three depots.
// Some depots are congested for a day or two; then their trips come late. The same seed gives the same trips everywhere.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetVersion, Gate, ModelVersion, TrainingSet, Workspace } from "sluice";
import {
  completeness,
  count,
  dataset,
  defaultPolicy,
  distribution,
  entity,
  featureService,
  featureView,
  mean,
  model,
  onDemand,
  openWorkspace,
  request,
  rowsSource,
  seededRandom,
  t,
} from "sluice";
import { labelledMatrix, sliceRows } from "sluice/table";
import { fitLogistic } from "sluice/training";
import { z } from "zod";

/** A trip leaves every ten minutes from here on. */
export const firstMs = Date.UTC(2026, 0, 1);
const everyMs = 600_000;

/** When a trip leaves, epoch ms. */
export function leavesAt(trip: number): number {
  return firstMs + trip * everyMs;
}

/** The trips [from, to). */
export function tripRows(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => {
    const trip = from + i;
    const random = seededRandom(`trip ${trip}`);
    const km = 1 + random.int(60);
    const depot = random.int(3);
    const delay = 12 * Math.sin(leavesAt(trip) / 9e7 + depot) + km / 10 + 4 * random.normal();
    const arrived = leavesAt(trip) + (km + 30) * 60_000;
    return {
      trip,
      left: new Date(leavesAt(trip)),
      arrived: new Date(arrived),
      depot: `D${depot}`,
      km,
      delay,
      late: delay > 5,
    };
  });
}

/** A trip's delay is known when it has arrived, not when it leaves. */
export const trips = dataset("trips", {
  schema: z.object({
    trip: z.number().int().min(0),
    left: z.date(),
    arrived: z.date(),
    depot: z.string(),
    km: z.number().min(1).max(100),
    delay: z.number(),
    late: z.boolean(),
  }),
  eventTime: "left",
  knownTime: "arrived",
  id: "trip",
  checks: [completeness("delay", { atLeast: 0.99 }), distribution("km", { against: "previous" })],
});

const recent = featureView("recent", {
  source: trips,
  entities: [entity("depot", { depot: t.utf8 })],
  windows: { delay: mean("delay").over("6h"), trips: count().over("24h") },
});

const inputs = onDemand("inputs", {
  inputs: [recent, request({ km: t.float64 })],
  features: ({ recent: { delay, trips: departures }, km }) => ({
    delay: delay.orElse(0),
    busy: departures.log1p(),
    km,
  }),
});

/** What the model is trained and served with. */
export const service = featureService("trips-v1", [inputs]);

/** The probability that a trip comes late. */
export const lateModel = model("late", {
  request: z.object({ trip: z.number().int(), depot: z.string(), km: z.number() }),
  output: z.object({ late: z.number().min(0).max(1) }),
  features: service,
  featureInput: ({ depot, km }) => ({ depot, km }),
});

/** Opens a workspace in a new temporary folder, with more gates if given; `remove` closes it and takes the folder away. */
export async function openExample(
  gates: readonly Gate[] = [],
): Promise<{ readonly ws: Workspace; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-example-"));
  const policy = defaultPolicy({
    threshold: { atLeast: 0.7 },
    // A challenger may be as good as the champion, within 0.02 of AUC.
    champion: { mode: "nonInferior", margin: 0.02, first: "allow" },
    gates,
  });
  const ws = await openWorkspace({ path: folder, policy, featureLog: { rate: 1 } });
  const remove = async (): Promise<void> => {
    await ws.close();
    await rm(folder, { recursive: true });
  };
  return { ws, remove };
}

/** Ingests the trips [from, to) as one batch. */
export async function ingestTrips(ws: Workspace, from: number, to: number): Promise<DatasetVersion> {
  const result = await ws.data.ingest(trips, rowsSource(tripRows(from, to), { uri: `trips ${from} to ${to}` }));
  if (result.outcome === "blocked") throw new Error(result.summary);
  return result.version;
}

/** The ingested trips [from, to) with their features, as they could be known when each trip left. */
export async function trainingSet(ws: Workspace, from: number, to: number): Promise<TrainingSet> {
  return await ws.features.training(service, { spine: sliceRows(await ws.data.read("trips"), from, to), at: "left" });
}

/** Trains on the trips [from, to), evaluates on the trips [to, until) and registers the result. */
export async function registerOn(ws: Workspace, from: number, to: number, until: number): Promise<ModelVersion> {
  const past = await trainingSet(ws, from, to);
  const { run, value: artifact } = await ws.experiments.run("late", { data: past }, async () =>
    fitLogistic(labelledMatrix(past.table, lateModel.vector, "late")),
  );
  const heldOut = await trainingSet(ws, to, until);
  const evaluation = await ws.registry.evaluate(lateModel, artifact, heldOut, { label: "late", metrics: ["auc"] });
  return await ws.registry.register(lateModel, { run, artifact, evaluation, author: "ann" });
}

/** Takes a version to a stage, approved; throws the reasons when a gate refuses it. */
export async function promoteTo(
  ws: Workspace,
  version: ModelVersion,
  stage: "staging" | "candidate" | "production",
): Promise<void> {
  await ws.registry.approve(version, stage, { approver: "bob", role: "owner", comment: "looked at the report" });
  const result = await ws.registry.promote(version, stage, { actor: "ann", reason: "example" });
  if (result.outcome === "refused") throw new Error(result.reasons.join("\n"));
}

/** Ingests 3,000 trips in two batches, trains on 2,000 of them and puts the model into production. */
export async function firstChampion(ws: Workspace): Promise<ModelVersion> {
  await ingestTrips(ws, 0, 1500);
  await ingestTrips(ws, 1500, 3000);
  const version = await registerOn(ws, 0, 2000, 3000);
  for (const stage of ["staging", "candidate", "production"] as const) await promoteTo(ws, version, stage);
  return version;
}
