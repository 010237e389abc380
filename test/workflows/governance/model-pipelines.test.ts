import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { keyFileSigner } from "../../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../../src/backends/fs/pinned-keys-verifier.ts";
import type { ModelDefinition } from "../../../src/contracts/model-definition.ts";
import type { TrainingSet } from "../../../src/contracts/training-set.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { monitor, openWorkspace, pipeline, plainModel, profileOf, step, t } from "../../../src/index.ts";
import { labelledMatrix } from "../../../src/table/labelled-matrix.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { fitLogistic } from "../../../src/training/fit-logistic.ts";
import { technicalDocumentation } from "../../../src/workflows/governance/technical-documentation.ts";
import type { Workspace } from "../../../src/workspace.ts";

// Two models in one workspace, a pipeline of each, one that both are retrained by, and one that is of neither.

const request = z.object({ km: z.number() });
const output = z.object({ late: z.number() });
const modelOf = (name: string) =>
  plainModel(name, { request, output, inputs: { km: t.float64 }, featureInput: ({ km }) => ({ km }) });
const late = modelOf("late");
const early = modelOf("early");
const columns = { at: t.instant, km: t.float64, late: t.bool };

const folder = mkdtempSync(join(tmpdir(), "sluice-pipelines-"));
let ws: Workspace;
/** The runs by what they were, in words. */
const runs = new Map<string, string>();

async function rowsFor(model: ModelDefinition, seed: string): Promise<TrainingSet> {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 300 }, (_, i) => {
    const km = random.int(100);
    return { at: Date.UTC(2024, 0, 1) + i * 60_000, km, late: km + 20 * random.normal() > 50 };
  });
  return await ws.features.training(model.features, { spine: tableFromRows(rows, columns), at: "at" });
}

/** A pipeline that trains a model and registers it; asked to, it fails before it has trained. */
function trains(name: string, model: ModelDefinition) {
  const train = step({
    name: "train",
    run: async ({ cause }) => {
      if (cause === "fail") throw new Error("no data");
      const data = await rowsFor(model, `${model.name} train`);
      const trained = await ws.experiments.run(model.name, { data }, async () =>
        fitLogistic(labelledMatrix(data.table, model.vector, "late"), { l2: 1e-3 }),
      );
      const heldOut = await rowsFor(model, `${model.name} held out`);
      const evaluation = await ws.registry.evaluate(model, trained.value, heldOut, { label: "late", metrics: ["auc"] });
      const registration = { run: trained.run, artifact: trained.value, evaluation, author: "ada" };
      return (await ws.registry.register(model, registration)).version;
    },
  });
  return pipeline(name, [train]);
}

async function start(called: string, name: string, cause: string | { monitor: string }): Promise<void> {
  const { pipelineRunId } = await ws.pipelines.start({ pipeline: name, dedupeKey: called, cause });
  await ws.pipelines.wait(pipelineRunId);
  runs.set(pipelineRunId, called);
}

async function watch(model: ModelDefinition): Promise<void> {
  const data = await rowsFor(model, "reference");
  const definition = monitor({
    id: `${model.name}-inputs`,
    model: model.name,
    signal: { kind: "data-drift", features: ["km"] },
    windowRows: 100,
    threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
    response: {
      owner: "ops",
      ackWithin: "4h",
      runbook: ["look at the feed"],
      actions: [{ do: "retrain", pipeline: "retrain" }],
    },
  });
  await ws.monitoring.arm(definition, { reference: profileOf(data.table, data.features), fromMs: 0, actor: "ada" });
}

beforeAll(async () => {
  const signer = keyFileSigner({ path: `${folder}/key.pem` });
  ws = await openWorkspace({
    path: `${folder}/workspace`,
    signer,
    verifier: pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } }),
    clock: manualClock(Date.UTC(2024, 1, 1)),
    actor: "the scheduler",
  });
  for (const definition of [
    trains("nightly-late", late),
    trains("nightly-early", early),
    pipeline("retrain", [step({ name: "look", run: () => 1 })]),
    pipeline("report", [step({ name: "write", run: () => 1 })]),
  ])
    await ws.pipelines.define(definition);
  await start("trained late", "nightly-late", "the schedule");
  await start("trained early", "nightly-early", "the schedule");
  await start("failed before it trained late", "nightly-late", "fail");
  for (const model of [late, early]) await watch(model);
  await start("an alert of late", "retrain", { monitor: "late-inputs" });
  await start("an alert of early", "retrain", { monitor: "early-inputs" });
  await start("retrained by hand", "retrain", "by hand");
  await start("a report", "report", "the schedule");
}, 60_000);
afterAll(async () => {
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

async function documented(name: string): Promise<{ readonly text: string; readonly runs: readonly string[] }> {
  const { points } = await technicalDocumentation(ws, { name, version: 1 });
  const statement = points
    .find(({ id }) => id === "art-72.2")
    ?.statements.find(({ text }) => text.startsWith("Pipelines"));
  const events = new Set(statement?.sources.map((source) => (source.kind === "audit" ? source.index : -1)));
  const bodies = (await ws.audit({ limit: 10_000 })).filter(({ index }) => events.has(index)).map(({ body }) => body);
  return { text: statement?.text ?? "", runs: bodies.map((body) => runs.get(Object(body).run) ?? "another event") };
}

test("a document counts the pipelines that trained, monitor or retrain its model, and no other", async () => {
  const twice = (names: readonly string[]): readonly string[] => names.flatMap((name) => [name, name]);
  const ofLate = await documented("late");
  expect(ofLate.runs).toEqual(
    twice(["trained late", "failed before it trained late", "an alert of late", "retrained by hand"]),
  );
  expect(ofLate.text).toBe(
    'Pipelines that train or retrain the model ("nightly-late", "retrain") were started and ended: 8 events.',
  );
  const ofEarly = await documented("early");
  expect(ofEarly.runs).toEqual(twice(["trained early", "an alert of early", "retrained by hand"]));
  expect(ofEarly.text).toContain('("nightly-early", "retrain")');
});

test("who started the run is told where it is known", async () => {
  const { points } = await technicalDocumentation(ws, { name: "late", version: 1 });
  const said = points.find(({ id }) => id === "annex-iv.2.a")?.statements.map(({ text }) => text);
  expect(said?.join("\n")).toContain('It was started by the scheduler, in the pipeline "nightly-late".');
});
