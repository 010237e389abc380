import { cpSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { featureService, openWorkspace } from "../../src/index.ts";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";
import type { Workspace, WorkspaceOptions } from "../../src/workspace.ts";
import {
  delayModel,
  ingestFlights,
  openLoop,
  service,
  someFlights,
  toProduction,
  trainingOf,
  trainVersion,
} from "../support/small-loop.ts";

async function inLoop(
  work: (ws: Workspace, folder: string, training: TrainingSet, heldOut: TrainingSet) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-mistakes-"));
  const ws = await openLoop(folder);
  try {
    const rows = someFlights(1200);
    await ingestFlights(ws, rows);
    await work(ws, folder, await trainingOf(ws, rows.slice(60, 800)), await trainingOf(ws, rows.slice(800)));
  } finally {
    await ws.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const request = { actor: "ada", reason: "ready" };

test("a run without its training set is refused with what to do, and does not block the same bytes trained again with it", () =>
  inLoop(async (ws, _folder, training, heldOut) => {
    const { run, value } = await ws.experiments.run("delay", { params: { l2: 1e-3 } }, async () =>
      fitLogistic(labelledMatrix(training.table, delayModel.vector, "late"), { l2: 1e-3 }),
    );
    const evaluation = await ws.registry.evaluate(delayModel, value, heldOut, {
      label: "late",
      metrics: ["auc", "logLoss"],
      maxExcludedShare: 0.2,
    });
    const forgot = await ws.registry.register(delayModel, { run, artifact: value, evaluation, author: "ada" });
    const refused = await ws.registry.promote(forgot, "staging", request);
    expect(refused.outcome === "refused" && refused.reasons.join("; ")).toMatch(
      new RegExp(`lacks a training-set of run:${run.id}: pass \`data\` \\(the training set\\) to experiments.run`),
    );

    const again = await trainVersion(ws, training, heldOut);
    expect(again.version.artifactDigest).toBe(forgot.artifactDigest);
    expect(again.version.version).not.toBe(forgot.version);
    expect(await ws.registry.promote(again.version, "staging", request)).toMatchObject({ outcome: "promoted" });
    expect(await ws.registry.promote(forgot, "staging", request)).toMatchObject({ outcome: "refused" });

    const explained = await ws.registry.explain(again.version, "candidate");
    expect(explained.reasons.join("; ")).toContain(
      'the first model needs an approval: registry.approve(version, "candidate", …) by someone other than the author',
    );
  }));

test("a run whose training set is of another feature service is refused at registration", () =>
  inLoop(async (ws, _folder, training, heldOut) => {
    const { evaluation } = await trainVersion(ws, training, heldOut);
    const artifact = fitLogistic(labelledMatrix(training.table, delayModel.vector, "late"), { l2: 1e-3 });
    const other = featureService("delay-v2", service.views.slice(0, 1));
    const data = { ...training, service: { name: other.name, hash: other.hash, schemaHash: other.schemaHash } };
    const { run } = await ws.experiments.run("delay", { data }, async () => undefined);
    await expect(ws.registry.register(delayModel, { run, artifact, evaluation, author: "ada" })).rejects.toMatchObject({
      code: "registry/evidence-mismatch",
      found: expect.stringContaining('"delay-v2"'),
    });
    expect(await ws.registry.versions("delay")).toHaveLength(1);
  }));

test("a copied workspace opened with another key serves nothing and says which key it needs", () =>
  inLoop(async (ws, folder, training, heldOut) => {
    const { version } = await trainVersion(ws, training, heldOut);
    await toProduction(ws, version);
    await ws.close();
    cpSync(`${folder}/workspace`, `${folder}/copy`, { recursive: true });
    const own = keyFileSigner({ path: `${folder}/key.pem` }).keyId;
    const before = process.env["SLUICE_KEY_FILE"];
    process.env["SLUICE_KEY_FILE"] = `${folder}/other.pem`;
    try {
      const copy = await openWorkspace(`${folder}/copy`);
      const other = keyFileSigner({ path: `${folder}/other.pem` }).keyId;
      const refusal = {
        code: "certificate/unknown-key",
        found: expect.stringContaining(`signed by key ${own}`),
        expected: `one of keys ${other}`,
        fix: expect.stringContaining("SLUICE_KEY_FILE"),
      };
      await expect(copy.registry.champion("delay")).rejects.toMatchObject(refusal);
      await expect(copy.serving.router(delayModel, { unit: ({ flight }) => flight })).rejects.toMatchObject(refusal);
      await copy.close();
      process.env["SLUICE_KEY_FILE"] = `${folder}/key.pem`;
      const again = await openWorkspace(`${folder}/copy`);
      expect((await again.registry.champion("delay")).version.version).toBe(version.version);
      await again.close();
    } finally {
      if (before === undefined) delete process.env["SLUICE_KEY_FILE"];
      else process.env["SLUICE_KEY_FILE"] = before;
    }
  }));

test("non-finite weights are refused by name", () =>
  inLoop(async (ws, _folder, _training, heldOut) => {
    const broken = { kind: "sluice-linear", weights: [1, Number.NaN], bias: 0, link: "logit" };
    await expect(
      ws.registry.evaluate(delayModel, broken, heldOut, { label: "late", metrics: ["auc"] }),
    ).rejects.toMatchObject({ code: "definition/invalid", found: expect.stringContaining("NaN at weights[1]") });
  }));

test("a policy that is none is refused when the workspace is opened, before anything is made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-mistakes-"));
  const policies = [
    '{"nope":1}',
    "null",
    '{"name":"p","transitions":{"prod":{}}}',
    '{"name":"p","transitions":{"staging":{"gates":[1],"approvals":0}}}',
  ];
  for (const text of policies) {
    const policy: NonNullable<WorkspaceOptions["policy"]> = JSON.parse(text);
    for (const options of [{ policy }, { policies: { prompt: policy } }])
      await expect(openWorkspace({ path: join(folder, "ws"), ...options }), text).rejects.toMatchObject({
        code: "definition/invalid",
      });
  }
  expect(readdirSync(folder)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});
