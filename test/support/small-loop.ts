import { z } from "zod";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { DatasetDefinition, ColumnsOf } from "../../src/contracts/dataset-definition.ts";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { ServiceDefinition } from "../../src/contracts/feature-service.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import type { Clock } from "../../src/core/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { quantile } from "../../src/features/definitions/aggregates.ts";
import { lastK, mostFrequent } from "../../src/features/definitions/list-aggregates.ts";
import {
  completeness,
  count,
  dataset,
  distribution,
  defaultPolicy,
  entity,
  featureService,
  featureView,
  mean,
  model,
  onDemand,
  openWorkspace,
  request,
  rowCount,
  rowsSource,
  t,
} from "../../src/index.ts";
import { defaultContentPolicy } from "../../src/registry/policy/default-content-policy.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { makeTable } from "../../src/table/table.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";
import type { Workspace } from "../../src/workspace.ts";

// A small loop through the public face, from rows to a version in production: synthetic flights, everything seeded.

/** When the flights begin, epoch ms. */
export const startMs: number = Date.UTC(2001, 0, 1);

const schema = z.object({
  flight: z.number().int().min(0),
  date: z.date(),
  origin: z.enum(["ATL", "ORD", "DFW", "LAX"]),
  delay: z.number().min(-1000).max(2000),
  distance: z.number().positive(),
});

/** The dataset of the loop. */
export const flights: DatasetDefinition<"flights", ColumnsOf<typeof schema>> = dataset("flights", {
  schema,
  eventTime: "date",
  id: "flight",
  checks: [
    rowCount({ atLeast: 10 }),
    completeness("delay", { atLeast: 0.9 }),
    distribution("distance", { against: "previous", minEffect: 0.1 }),
  ],
});

const load = featureView("load", {
  source: flights,
  entities: [entity("airport", { origin: t.utf8 })],
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_24h: mean("delay").over("24h"),
    flights_24h: count().over("24h"),
  },
});

const risk = onDemand("risk", {
  inputs: [load, request({ distance: t.float64 })],
  features: ({ load: f, distance }) => ({
    pressure: f.delay_1h.orElse(0).mul(f.flights_24h).div(distance.add(1)),
    far: distance.log1p(),
  }),
});

/** The feature service of the loop. */
export const service = featureService("delay-v1", [load, risk]);

/** A service with a window of every kind. */
export const everyWindow: ServiceDefinition = featureService("every-window", [
  featureView("windows", {
    source: flights,
    entities: [entity("airport", { origin: t.utf8 })],
    windows: {
      n_1h: count().over("1h"),
      n_day: count().tumbling("1d", { offset: "6h" }),
      p90_day: quantile("delay", 0.9).tumbling("1d", { offset: "6h" }),
      n_rush: count().session({ gap: "20m" }),
      last_delays: lastK("delay", 3).over("1h"),
      far: mostFrequent("distance", 2).tumbling("1d"),
    },
  }),
]);

/** The model of the loop. */
export const delayModel = model("delay", {
  request: z.object({ flight: z.string(), origin: z.string(), distance: z.number() }),
  output: z.object({ late: z.number() }),
  features: service,
  featureInput: ({ origin, distance }) => ({ origin, distance }),
});

/** One flight. */
export type Flight = {
  readonly flight: number;
  readonly date: number;
  readonly origin: string;
  readonly delay: number;
  readonly distance: number;
};

/** Seeded flights, one a minute: a late airport stays late for hours. */
export function someFlights(rows: number, seed: string = "flights"): readonly Flight[] {
  const random = seededRandom(seed);
  const origins = ["ATL", "ORD", "DFW", "LAX"];
  const mood = new Float64Array(origins.length);
  return Array.from({ length: rows }, (_, flight) => {
    const at = random.int(origins.length);
    mood[at] = 0.98 * (mood[at] ?? 0) + 3 * random.normal();
    const delay = Math.round((mood[at] ?? 0) + 5 * random.normal() + 10);
    return {
      flight,
      date: startMs + flight * 60_000,
      origin: origins[at] ?? "ATL",
      delay,
      distance: 100 + random.int(2000),
    };
  });
}

/** Opens a workspace in a folder; its signing key lies beside it. */
export async function openLoop(folder: string, clock?: Clock): Promise<Workspace> {
  const signer = keyFileSigner({ path: `${folder}/key.pem` });
  return await openWorkspace({
    path: `${folder}/workspace`,
    signer,
    verifier: pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } }),
    policy: {
      ...defaultPolicy({ threshold: { atLeast: 0.6 }, champion: { mode: "nonInferior", margin: 0.1 } }),
      aliases: {
        eu: { stage: "production", gates: [], approvals: 0, identity: "stated" },
        gone: { stage: "staging", gates: [], approvals: 0 },
      },
    },
    policies: {
      prompt: { ...defaultContentPolicy(), breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } },
      config: defaultContentPolicy(),
    },
    ...(clock === undefined ? {} : { clock }),
  });
}

/** Ingests flights in two batches: the second has a version to be compared with. */
export async function ingestFlights(ws: Workspace, rows: readonly Flight[]): Promise<string> {
  const half = Math.floor(rows.length / 2);
  await ws.data.ingest(flights, rowsSource(rows.slice(0, half)));
  const result = await ws.data.ingest(flights, rowsSource(rows.slice(half)));
  if (result.outcome !== "committed") throw new Error(result.summary);
  return result.version.digest;
}

/** A training set of flights as they left, and whether they were more than 15 minutes late. */
export async function trainingOf(ws: Workspace, rows: readonly Flight[]): Promise<TrainingSet> {
  const origins = [...new Set(rows.map(({ origin }) => origin))];
  const spine = makeTable({
    at: { tag: "instant", values: Float64Array.from(rows, ({ date }) => date) },
    origin: {
      tag: "utf8",
      values: Int32Array.from(rows, ({ origin }) => origins.indexOf(origin)),
      dictionary: origins,
    },
    distance: { tag: "f64", values: Float64Array.from(rows, ({ distance }) => distance) },
    late: { tag: "bool", values: Uint8Array.from(rows, ({ delay }) => (delay > 15 ? 1 : 0)) },
  });
  return await ws.features.training(service, { spine, at: "at" });
}

/** A trained, evaluated and registered version. */
export interface TrainedVersion {
  readonly version: ModelVersion;
  readonly evaluation: EvaluationReport;
}

/** Fits a logistic regression on one training set, evaluates it on another, and registers it. */
export async function trainVersion(
  ws: Workspace,
  training: TrainingSet,
  heldOut: TrainingSet,
  l2: number = 1e-3,
): Promise<TrainedVersion> {
  const { run, value } = await ws.experiments.run("delay", { params: { l2 }, data: training }, async (context) => {
    const matrix = labelledMatrix(training.table, delayModel.vector, "late");
    const fitted = fitLogistic(matrix, { l2 });
    context.metric("rows", matrix.rows);
    return fitted;
  });
  const evaluation = await ws.registry.evaluate(delayModel, value, heldOut, {
    label: "late",
    metrics: ["auc", "logLoss"],
    maxExcludedShare: 0.2,
  });
  const version = await ws.registry.register(delayModel, { run, artifact: value, evaluation, author: "ada" });
  return { version, evaluation };
}

/** Takes the first version of a model to production. */
export async function toProduction(ws: Workspace, version: ModelVersion): Promise<void> {
  for (const to of ["staging", "candidate", "production"] as const) {
    if (to !== "staging") await ws.registry.approve(version, to, { approver: "grace", role: "owner", comment: "fine" });
    const result = await ws.registry.promote(version, to, { actor: "ada", reason: "ready" });
    if (result.outcome === "refused") throw new Error(`${to}: ${result.reasons.join("; ")}`);
  }
}
