import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { tfjs } from "../../src/backends/tfjs/tfjs.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import { typedEvents } from "../../src/core/events.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import type { ServiceDefinition } from "../../src/contracts/feature-service.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import {
  badOutcome,
  canary,
  count,
  disagreement,
  entity,
  errorRate,
  featureService,
  featureView,
  latency,
  monitor,
  openWorkspace,
  pipeline,
  profileOf,
  rowsSource,
  step,
  t,
} from "../../src/index.ts";
import { rowCount } from "../../src/data/checks/row-count.ts";
import { dataset } from "../../src/data/dataset.ts";
import { alias } from "../../src/features/index.ts";
import { BlobArtifactStore } from "../../src/ledger/artifacts/blob-artifact-store.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { encodeServed } from "../../src/features/log/served-segment.ts";
import { inputToJson } from "../../src/ledger/segments/feature-input-json.ts";
import type { CanaryRouter } from "../../src/serving/router/canary-router.ts";
import { metric } from "../../src/registry/evaluation/metric.ts";
import { gaussianNoise } from "../../src/registry/evaluation/robustness/gaussian-noise.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";
import { PipelineRunner } from "../../src/training/pipelines/pipeline-runner.ts";
import {
  auditPack,
  compareDelivery,
  defineCi,
  deliveryFigures,
  generatedModelCard,
  modelTest,
  readBaseline,
  runCi,
  technicalDocumentation,
} from "../../src/workflows/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { decideEverything } from "./busy-registry.ts";
import * as loop from "../support/small-loop.ts";

/** A record that the public face returned, by the name of its schema. */
export type ReturnedRecord = readonly [schema: string, record: unknown];

const { delayModel, flights, service, startMs } = loop;
const minuteMs = 60_000;
const served = 6000;

/** A service of views under other names: an alias, and a key by another column. */
function otherNames(over: "1h" | "2h" = "1h"): ServiceDefinition {
  const gates = featureView("gates", {
    source: flights,
    entities: [entity("gate", { gate: t.utf8 })],
    keyColumns: { gate: "origin" },
    windows: { n: count().over(over) },
  });
  return featureService("other-names", [gates, alias("there", gates, { gate: "other_gate" })]);
}

/** Lives through everything that leaves a record, below `folder`; answers the records that only the public face returns. */
export async function liveThroughEverything(folder: string): Promise<readonly ReturnedRecord[]> {
  const clock = manualClock(startMs + 10 * 86_400_000);
  const ws = await loop.openLoop(folder, clock);
  const returned: ReturnedRecord[] = [];
  try {
    const rows = loop.someFlights(served);
    await ingestAll(ws, rows);
    await branchMergeErase(ws);
    const training = await loop.trainingOf(ws, rows.slice(500, 4000));
    const heldOut = await loop.trainingOf(ws, rows.slice(4000));
    const { version: first, evaluation } = await loop.trainVersion(ws, training, heldOut);
    await loop.toProduction(ws, first);
    await decideEverything(ws, first);
    await failedRun(ws);
    const second = await secondVersion(ws, training, heldOut);
    returned.push(["evaluation-report", evaluation], ["evaluation-report", second.evaluation]);
    await ws.features.materialize(service, { to: startMs });
    await ws.features.backfill(service, { from: startMs, to: startMs });
    await ws.features.apply([otherNames()]);
    await ws.features.push(flights, tableFromRows(rows, flights.columns));
    await ws.features.apply([loop.everyWindow]);
    await rollOut(ws, second.version);
    await ws.registry.rollback("delay", first.version, { actor: "ada", reason: "a drill" });
    returned.push(...(await watch(ws, training, clock)));
    for (const { ref } of await ws.experiments.runs("delay"))
      returned.push(["run", await ws.experiments.record(ref.id)], ["run-params", await ws.experiments.params(ref.id)]);
    returned.push(["run", (await ws.experiments.runs("broken"))[0]]);
    returned.push(...(await documents(ws)));
    for (const record of await ws.audit()) returned.push(["audit-record", record]);
    returned.push(...(await proofs(ws, clock)));
    for (const change of await ws.changes()) returned.push(["change", change]);
    for (const version of [first, second.version])
      returned.push(["signed-certificate", await ws.registry.certificateOf(version)]);
  } finally {
    await ws.close();
  }
  await collectFeatures(folder, clock);
  await transfer(folder, clock);
  await storeNetwork(`${folder}/workspace/blobs`);
  returned.push(["feature-inputs", JSON.parse(inputToJson({ id: 2n ** 60n, a: Number.NaN, b: -0, c: null, d: true }))]);
  returned.push(["served-segment-head", servedHead()]);
  return [...returned, ...(await pipelineRuns(`${folder}/workspace/metadata.sqlite`, clock))];
}

/** The champion leaves and comes back in, refused first; the key is replaced. */
async function transfer(folder: string, clock: ManualClock): Promise<void> {
  const [signer, next] = ["key", "next"].map((name) => keyFileSigner({ path: `${folder}/${name}.pem` }));
  if (signer === undefined || next === undefined) throw new Error("two keys expected");
  const keys = { [signer.keyId]: signer.publicKeyPem(), [next.keyId]: next.publicKeyPem() };
  const trust = pinnedKeysVerifier({ keys });
  const ws = await openWorkspace({ path: `${folder}/workspace`, signer, verifier: trust, clock });
  const by = { actor: "ada", reason: "to our other house" };
  try {
    const { version } = await ws.registry.champion("delay");
    await ws.registry.export(version, `${folder}/exported`, by);
    const stranger = ws.registry.import(`${folder}/exported`, { trust: pinnedKeysVerifier({ keys: {} }), ...by });
    await stranger.then(
      () => Promise.reject(new Error("a stranger's model was taken in")),
      () => undefined,
    );
    await ws.registry.import(`${folder}/exported`, { trust, ...by });
    await ws.registry.rotateKey({ to: next, ...by });
  } finally {
    await ws.close();
  }
  const policy = { name: "emergencies", transitions: {}, breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } };
  const after = await openWorkspace({ path: `${folder}/workspace`, signer: next, verifier: trust, clock, policy });
  const lost = { key: signer.keyId, asOfMs: clock.nowMs(), actor: "olga", reason: "the disk burnt" };
  try {
    await after.registry.retireKey({ ...lost, role: "owner" }).then(
      () => Promise.reject(new Error("an owner retired a key")),
      () => undefined,
    );
    await after.registry.retireKey({ ...lost, role: "on-call" });
  } finally {
    await after.close();
  }
}

/** A service gets another meaning; a process that has not used the one before lets its online data go. */
async function collectFeatures(folder: string, clock: ManualClock): Promise<void> {
  const ws = await loop.openLoop(folder, clock);
  try {
    await ws.features.apply([otherNames("2h")]);
    if ((await ws.features.collect()).views.length !== 1) throw new Error("a view to be dropped expected");
  } finally {
    await ws.close();
  }
}

/** What is made of the records: documents, figures, a pack; and a run of checks. */
async function documents(ws: Workspace): Promise<readonly ReturnedRecord[]> {
  const key = { name: "delay", version: 1 };
  const parts = [{ point: "annex-iv.5", author: "ada", markdown: "Risks are reviewed." }];
  const figures = deliveryFigures(await ws.audit());
  const baseline = readBaseline(
    JSON.stringify({
      schema: 1,
      deployments: [
        { name: "a", leadTimeHours: 500, deployedMs: 0, rolledBack: false, restoreHours: 1, detectHours: 2 },
      ],
      models: { made: 3, inProduction: 1 },
    }),
  );
  const checks = [
    modelTest("told", ({ log }) => {
      log("a line");
      return [
        { name: "a", outcome: "pass", reason: "fine", measured: 1, bound: 0 },
        { name: "b", outcome: "unmeasured", reason: "no rows" },
      ];
    }),
  ];
  return [
    ["technical-documentation", await technicalDocumentation(ws, key, { parts })],
    ["generated-model-card", await generatedModelCard(ws, key)],
    ["delivery-figures", figures],
    ["delivery-baseline", baseline],
    ["delivery-comparison", compareDelivery(figures, baseline)],
    ["audit-pack", (await auditPack(ws)).manifest],
    ["ci-report", await runCi(defineCi({ tests: checks }), { workspace: ws })],
  ];
}

/** Checkpoints before and after another event, and what is proved by them. */
async function proofs(ws: Workspace, clock: ManualClock): Promise<readonly ReturnedRecord[]> {
  const from = await ws.audit.checkpoint();
  const by = { actor: "dpo", reason: "asked for" };
  const event = { kind: "host.decided", subject: "case@1", actor: "u-1", body: null };
  const { index } = await ws.audit.record({ ...event, personal: { comment: "about a person" } });
  await ws.audit.record({ ...event, personal: { comment: "kept" } });
  await ws.audit.erasePersonal([index], by);
  const to = await ws.audit.checkpoint();
  if (from === undefined || to === undefined) throw new Error("two checkpoints expected");
  const proved: readonly ReturnedRecord[] = [
    ["audit-checkpoint", from],
    ["audit-checkpoint", to],
    ["audit-inclusion-proof", await ws.audit.prove(3)],
    ["audit-consistency-proof", await ws.audit.proveConsistency(from, to)],
  ];
  clock.advance(200 * 86_400_000);
  if ((await ws.audit.retain(by)) === 0) throw new Error("old logs expected");
  if (!(await ws.verifyAudit()).valid) throw new Error("a valid log expected");
  return proved;
}

/** The head of a segment of the log of served vectors: it lies in a table as bytes. */
function servedHead(): unknown {
  const one = Float64Array.of(startMs);
  const bytes = encodeServed({
    service: { name: "delay-v1", hash: loop.service.hash },
    rows: 1,
    names: ["risk.far"],
    values: one,
    statuses: Uint8Array.of(1),
    atMs: one,
    servedAtMs: one,
    inputs: [inputToJson({ origin: "ATL" })],
    predictionIds: [""],
  });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length)));
}

/** Batches that are committed, quarantined in part, and blocked. */
/** A dataset beside the loop's: a branch that the gate keeps out, a branch that goes, a row that is erased. */
async function branchMergeErase(ws: Workspace): Promise<void> {
  const stops = dataset("stops", {
    schema: z.object({ id: z.number(), at: z.date() }),
    eventTime: "at",
    id: "id",
  });
  const row = (id: number) => rowsSource([{ id, at: new Date(id) }]);
  await ws.data.ingest(stops, row(1));
  await ws.data.branch("stops", "exp");
  await ws.data.tag("stops", "v1");
  await ws.data.ingest(stops, row(2), { branch: "exp" });
  const merge = { dataset: stops, from: "exp", gate: [rowCount({ atLeast: 9 })] };
  if ((await ws.data.merge(merge)).outcome !== "refused") throw new Error("the gate was to refuse");
  await ws.data.deleteTag("stops", "v1");
  const seen = featureView("seen", {
    source: stops,
    entities: [entity("stop", { id: t.float64 })],
    latest: { at: "at" },
  });
  await ws.features.apply([featureService("stops-v1", [seen])]);
  await ws.data.erase("stops", { where: { id: 2 }, reason: "request 1", actor: "ada" });
  await ws.data.branch("stops", "trial");
  await ws.data.ingest(stops, row(3), { branch: "trial" });
  await ws.data.deleteBranch("stops", "trial");
  if ((await ws.data.gc({ graceMs: 0, actor: "ada" })).removed === 0) throw new Error("garbage expected");
}

async function ingestAll(ws: Workspace, rows: readonly loop.Flight[]): Promise<void> {
  await loop.ingestFlights(ws, rows);
  const more = loop.someFlights(1000, "more").map((row) => ({ ...row, flight: row.flight + served }));
  const spoiled = more.map((row, i) => (i % 100 === 7 ? { ...row, delay: 1e6, distance: null } : row));
  const apart = await ws.data.ingest(flights, rowsSource(spoiled), { onFailure: "quarantine", actor: "ada" });
  if (apart.outcome !== "committed" || apart.quarantine === undefined) throw new Error(apart.summary);
  const blocked = await ws.data.ingest(flights, rowsSource(spoiled.slice(0, 50)));
  if (blocked.outcome !== "blocked") throw new Error(blocked.summary);
}

/** Refusals by the gates and by the rule that nobody approves their own work. */
async function refuse(ws: Workspace, version: ModelVersion): Promise<void> {
  const result = await ws.registry.promote(version, "production", { actor: "ada", reason: "too early" });
  if (result.outcome !== "refused") throw new Error("promoted without a rollout");
  const own = ws.registry.approve(version, "production", { approver: "Ada", role: "author", comment: "mine" });
  await own.then(
    () => Promise.reject(new Error("the author approved")),
    () => undefined,
  );
}

async function failedRun(ws: Workspace): Promise<void> {
  const run = ws.experiments.run("broken", { params: { layers: [16, 1] } }, () =>
    Promise.reject(new Error("diverged")),
  );
  await run.then(
    () => Promise.reject(new Error("the run succeeded")),
    () => undefined,
  );
}

async function secondVersion(ws: Workspace, training: TrainingSet, heldOut: TrainingSet): Promise<loop.TrainedVersion> {
  const trainOn = (on: TrainingSet) => fitLogistic(labelledMatrix(on.table, delayModel.vector, "late"), { l2: 0.01 });
  const { run, value } = await ws.experiments.run(
    "delay",
    { params: { l2: 0.01 }, data: training, actor: "eve" },
    async (context) => {
      context.param("solver", { name: "newton", steps: null });
      await context.artifact("notes.txt", new TextEncoder().encode("a little more regularised"));
      return trainOn(training);
    },
  );
  const share = metric("share", { higherIsBetter: true, value: (labels) => labels.reduce((a, b) => a + b, 0) });
  const evaluation = await ws.registry.evaluate(delayModel, value, heldOut, {
    label: "late",
    metrics: ["auc", "logLoss", "precision@0.9999", share],
    slices: ["origin"],
    maxExcludedShare: 0.2,
    worstSlices: { columns: ["origin", "distance", "late"] },
    thresholds: [{ criterion: "youden" }, { criterion: "recall", precisionAtLeast: 0.9999 }],
    fairness: { columns: ["origin"], minRows: 10 },
    robustness: [gaussianNoise(0.1), { name: "own", perturb: ({ values }) => values.fill(0) }],
    latency: { calls: 20, warmUpCalls: 2, batchRows: 16 },
    leakage: { training, key: ["origin", "distance"], eventTime: "at" },
    reproduce: { run, training, train: trainOn },
  });
  const version = await ws.registry.register(delayModel, { run, artifact: value, evaluation, author: "ada" });
  return { version, evaluation };
}

type Router = CanaryRouter<{ flight: string; origin: string; distance: number }, { late: number }>;

/** A rollout that is aborted, one that is rolled back, and one that passes and is promoted on its evidence. */
async function rollOut(ws: Workspace, version: ModelVersion): Promise<void> {
  const request = { actor: "ada", reason: "ready" };
  await ws.registry.promote(version, "staging", request);
  await ws.registry.approve(version, "candidate", { approver: "grace", role: "owner", comment: "fine" });
  const candidate = await ws.registry.promote(version, "candidate", request);
  if (candidate.outcome === "refused") throw new Error(candidate.reasons.join("; "));
  await refuse(ws, version);
  const router = await ws.serving.router(delayModel, { unit: ({ flight }) => flight });
  const steps = [
    { share: 0, minRequests: 300 },
    { share: 0.3, minRequests: 500 },
  ];
  const watched = [errorRate(), badOutcome({ output: "late", outcome: "late" }), latency({ boundMs: 1000 })];
  await router.startRollout(0).then(
    () => Promise.reject(new Error("a rollout of nothing")),
    () => undefined,
  );
  await router.startRollout(version.version, canary({ steps, guardrails: watched }), { actor: "ada" });
  await serveUntil(router, "baking", 0);
  await router.abort({ actor: "ada", reason: "not today" });
  const strict = canary({ steps, guardrails: [disagreement({ bound: 0, atMost: 0.01 })] });
  await router.startRollout(version.version, strict, { actor: "ada" });
  await serveUntil(router, "rolledBack", 10_000);
  const fair = canary({ steps, guardrails: [errorRate(), disagreement({ bound: 0.4, atMost: 0.1 })] });
  await router.startRollout(version.version, fair, { actor: "ada" });
  await serveUntil(router, "passed", 20_000);
  await ws.registry.approve(version, "production", { approver: "grace", role: "owner", comment: "proven" });
  const production = await ws.registry.promote(version, "production", request);
  if (production.outcome === "refused") throw new Error(production.reasons.join("; "));
  await router.refresh();
  await router.close();
}

/** Serves flights from the `from`th on, and learns of one outcome in two hundred, until the rollout has come to a phase. */
async function serveUntil(router: Router, phase: string, from: number): Promise<void> {
  for (let sent = from; router.status().rollout?.phase !== phase; sent += 200) {
    if (sent > from + 8000) throw new Error(`not ${phase}: ${router.status().rollout?.reason}`);
    const requests = Array.from({ length: 200 }, (_, i) => ({
      flight: `f${sent + i}`,
      origin: ["ATL", "ORD", "DFW", "LAX"][i % 4] ?? "ATL",
      distance: 100 + 9 * i,
    }));
    const atMs = new Float64Array(200).fill(startMs + served * minuteMs);
    const first = (await router.predictMany(requests, { atMs }))[0];
    if (first?.ok !== true) throw first?.error ?? new Error("no answer");
    await router.outcome(first.prediction.predictionId, { late: true, minutes: 20 });
    await router.flush();
  }
}

/** Monitors of every kind; one raises an alert, which is answered by a pipeline and by people. */
async function watch(ws: Workspace, training: TrainingSet, clock: ManualClock): Promise<readonly ReturnedRecord[]> {
  const look = step({ name: "look", run: ({ cause }): JsonValue => cause, cacheKey: "1" });
  await ws.pipelines.define(pipeline("retrain", [look]));
  await ws.pipelines.define(pipeline("broken", [step({ name: "fail", run: () => Promise.reject(new Error("no")) })]));
  const fails = await ws.pipelines.start({ pipeline: "broken", dedupeKey: "once", cause: "a drill" });
  await ws.pipelines.wait(fails.pipelineRunId);
  const response = { owner: "ops", ackWithin: "4h", runbook: ["look at the feed"] } as const;
  const threshold = { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 } as const;
  const drift = monitor({
    id: "inputs",
    model: "delay",
    signal: { kind: "data-drift", features: ["risk.far"] },
    windowRows: 100,
    threshold,
    response: {
      ...response,
      actions: [
        { do: "notify", via: "log" },
        { do: "retrain", pipeline: "retrain" },
      ],
    },
  });
  const actions = [{ do: "notify", via: "log" }] as const;
  const others = [
    monitor({ ...drift, id: "scores", signal: { kind: "prediction-drift", output: "late" } }),
    monitor({
      ...drift,
      id: "quality",
      signal: { kind: "performance", metric: "auc", output: "late", outcome: "late", labelDelay: 1000 },
      threshold: { kind: "bound", min: 0.6, minCoverage: 0.9 },
      response: { ...response, runbook: "https://example.org/runbook", actions },
    }),
  ];
  const scores = makeTable({ late: { tag: "f64", values: Float64Array.from({ length: 500 }, (_, i) => i / 500) } });
  const reference = {
    schema: 1,
    columns: { ...profileOf(training.table, training.features).columns, ...profileOf(scores).columns },
  } as const;
  for (const one of [drift, ...others]) await ws.monitoring.arm(one, { reference, fromMs: startMs, actor: "ada" });
  await ws.monitoring.evaluate({ untilMs: clock.nowMs() });
  const [alert] = await ws.monitoring.alerts("inputs");
  if (alert === undefined) throw new Error("no alert");
  const by = { actor: "ops", comment: "known" };
  const answered = await ws.monitoring.acknowledge(alert.id, by);
  const resolved = await ws.monitoring.resolve(alert.id, by);
  await ws.monitoring.disarm("inputs", { actor: "ops", reason: "replaced" });
  await ws.monitoring.arm(drift, { reference, fromMs: clock.nowMs(), actor: "ada" });
  return [
    ["alert", alert],
    ["alert", answered],
    ["alert", resolved],
  ];
}

/** A TensorFlow.js model as an artifact. */
async function storeNetwork(path: string): Promise<void> {
  await tf.setBackend("cpu");
  const network = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: "ones" })],
  });
  await new BlobArtifactStore({ blobs: fsBlobs({ path }) }).put(await tfjs({ tf }).save(network));
}

/** The runs of the pipelines, as a runner over the stored state answers them. */
async function pipelineRuns(path: string, clock: ManualClock): Promise<readonly ReturnedRecord[]> {
  const metadata = sqliteMetadata({ path });
  const on = { metadata, clock };
  const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
  const runner = new PipelineRunner({ ...on, ledger, ids: uuidV7Ids(clock), events: typedEvents() });
  const ids = [...(await runner.runs("retrain")), ...(await runner.runs("broken"))];
  const records = await Promise.all(ids.map((id) => runner.record(id)));
  await runner.close();
  await metadata.close();
  return records.map((record) => ["pipeline-run", record]);
}
