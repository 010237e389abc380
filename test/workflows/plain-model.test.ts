import { expect, test } from "vitest";
import { z } from "zod";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { ModelDefinition } from "../../src/contracts/model-definition.ts";
import { seededRandom } from "../../src/core/random.ts";
import {
  completeness,
  dataset,
  defaultPolicy,
  distribution,
  featureService,
  onDemand,
  openWorkspace,
  plainModel,
  request,
  rowsSource,
  t,
} from "../../src/index.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";
import type { Workspace } from "../../src/workspace.ts";
import { model } from "../../src/registry/model.ts";
import { toProduction } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const rides = dataset("rides", {
  schema: z.object({ id: z.number().int(), at: z.date(), km: z.number(), night: z.boolean(), late: z.boolean() }),
  eventTime: "at",
  id: "id",
  checks: [completeness("km", { atLeast: 1 }), distribution("km", { against: "previous" })],
});
const late = plainModel("late", {
  request: z.object({ ride: z.string(), km: z.number(), night: z.boolean() }),
  output: z.object({ late: z.number() }),
  inputs: { km: t.float64, night: t.bool },
  featureInput: ({ km, night }) => ({ km, night }),
});

function ridesOf(seed: string, rows: number, from: number) {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, (_, i) => {
    const km = random.int(100);
    const night = random.int(2) === 0;
    return {
      id: from + i,
      at: Date.UTC(2024, 0, 1) + i * 60_000,
      km,
      night,
      late: km + (night ? 20 : 0) + 20 * random.normal() > 60,
    };
  });
}

async function open(folder: string, requireFeatures: boolean, warned: unknown[] = []): Promise<Workspace> {
  const signer = keyFileSigner({ path: `${folder}/key.pem` });
  const silent = () => undefined;
  return await openWorkspace({
    path: `${folder}/workspace`,
    signer,
    verifier: pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } }),
    policy: defaultPolicy({ threshold: { atLeast: 0.6 }, requireFeatures }),
    logger: { debug: silent, info: silent, error: silent, warn: (_, message) => warned.push(message) },
  });
}

async function registered(ws: Workspace, trainedOn: ModelDefinition = late) {
  const rows = ridesOf("train", 600, 0);
  await ws.data.ingest(rides, rowsSource(rows.slice(0, 300)));
  const committed = await ws.data.ingest(rides, rowsSource(rows.slice(300)));
  if (committed.outcome !== "committed") throw new Error(committed.summary);
  const training = await ws.features.training(trainedOn.features, { spine: committed.version, at: "at" });
  const heldOut = await ws.features.training(trainedOn.features, {
    spine: tableFromRows(ridesOf("held out", 400, 1000), rides.columns),
    at: "at",
  });
  const { run, value } = await ws.experiments.run("late", { params: {}, data: training }, () =>
    Promise.resolve(fitLogistic(labelledMatrix(training.table, trainedOn.vector, "late"), { l2: 1e-3 })),
  );
  const evaluation = await ws.registry.evaluate(trainedOn, value, heldOut, { label: "late", metrics: ["auc"] });
  return { run, artifact: value, evaluation, author: "ada" };
}

test("a model without a feature service is legal, and says so at registration, in the audit log and in the gate", {
  timeout: 60_000,
}, async () => {
  const warned: unknown[] = [];
  const folder = temporaryFolder();
  const ws = await open(folder, false, warned);
  const told: unknown[] = [];
  ws.on("version.registered", (event) => told.push(event));
  const registration = await registered(ws);
  const version = await ws.registry.register(late, registration);
  expect(version.service.name).toBe("request:late");
  expect(version.warnings).toEqual([expect.stringContaining('model "late" has no feature service')]);
  expect((await ws.registry.register(late, registration)).warnings).toEqual(version.warnings);
  expect(told).toEqual([{ model: "late", version: 1, warnings: version.warnings }]);
  expect(warned).toEqual(version.warnings);
  const record = (await ws.audit({ subject: "late@1" })).find(({ kind }) => kind === "version.registered");
  expect(record?.body).toMatchObject({ warnings: version.warnings });

  const explained = await ws.registry.explain(version, "staging");
  expect(explained.reasons).toEqual([]);
  expect(explained.gates.find(({ gate }) => gate === "signatureMatches")).toMatchObject({
    outcome: "pass",
    reason: expect.stringContaining("no feature service"),
  });
  await toProduction(ws, version);
  const router = await ws.serving.router(late, { unit: ({ ride }) => ride });
  const { output } = await router.predict({ ride: "1", km: 95, night: true });
  expect(output.late).toBeGreaterThan(0.5);
  await router.flush();
  const skew = await ws.features.skew(late.features);
  expect([skew.rows, skew.share]).toEqual([1, 0]);
  expect((await ws.features.catalog()).services).toEqual([]);
  expect((await ws.features.collect({ dryRun: true })).views).toEqual([]);

  const other = plainModel("late", {
    request: z.object({ ride: z.string(), km: z.number(), night: z.boolean() }),
    output: z.object({ late: z.number() }),
    inputs: { km: t.float64, night: t.int32 },
    featureInput: ({ km, night }) => ({ km, night: night ? 1 : 0 }),
  });
  await expect(ws.serving.router(other, { unit: ({ ride }) => ride })).rejects.toMatchObject({
    code: "features/hash-mismatch",
  });
  await ws.close();
});

test("a policy can require features", { timeout: 60_000 }, async () => {
  const ws = await open(temporaryFolder(), true);
  const version = await ws.registry.register(late, await registered(ws));
  const refused = await ws.registry.promote(version, "staging", { actor: "ada", reason: "ready" });
  expect(refused).toMatchObject({ outcome: "refused" });
  expect(JSON.stringify(refused)).toContain("requiresFeatures: fail: the model has no feature service");
  await ws.close();
});

test("a model that asks for other features than it was trained with is refused: at registration, promotion and serving", {
  timeout: 60_000,
}, async () => {
  const trip = (limit: number) =>
    featureService("trip-v1", [
      onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ km, far: km.gt(limit) }) }),
    ]);
  const define = (limit: number) =>
    model("late", {
      request: z.object({ ride: z.string(), km: z.number() }),
      output: z.object({ late: z.number() }),
      features: trip(limit),
      featureInput: ({ km }) => ({ km }),
    });
  const [first, second] = [define(50), define(60)];
  const ws = await open(temporaryFolder(), true);
  const registration = await registered(ws, first);
  await expect(ws.registry.register(second, registration)).rejects.toMatchObject({
    code: "registry/evidence-mismatch",
  });
  const version = await ws.registry.register(first, registration);
  expect(version.warnings).toBeUndefined();
  const before = await ws.registry.explain(version, "staging");
  expect(before.gates.find(({ gate }) => gate === "requiresFeatures")?.outcome).toBe("pass");
  await ws.features.apply([trip(60)]);
  const { gates } = await ws.registry.explain(version, "staging");
  expect(gates.find(({ gate }) => gate === "signatureMatches")).toMatchObject({
    outcome: "fail",
    reason: expect.stringContaining("train again"),
  });
  await ws.close();
});

test("a feature service cannot take the name of a request's own fields", () => {
  const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(1) }) });
  expect(() => featureService("request:late", [trip])).toThrow("definition/invalid");
});
