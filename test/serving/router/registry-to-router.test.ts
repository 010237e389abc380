import { expect, test } from "vitest";
import { linearRuntime } from "../../../src/backends/function/linear-runtime.ts";
import { featureStatus, type FeatureReader } from "../../../src/contracts/feature-reader.ts";
import type { WorkspaceEvents } from "../../../src/contracts/workspace-events.ts";
import { typedEvents } from "../../../src/core/events.ts";
import { uuidV7Ids } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { ModelRegistry } from "../../../src/registry/model-registry.ts";
import { canary } from "../../../src/serving/canary.ts";
import { disagreement, errorRate } from "../../../src/serving/guardrails.ts";
import { SqlPredictionLog } from "../../../src/serving/log/sql-prediction-log.ts";
import { servingMigrations } from "../../../src/serving/serving-migrations.ts";
import { ServingStage } from "../../../src/serving/serving-stage.ts";
import {
  delayModel,
  laxPolicy,
  makeChampion,
  openRegistry,
  type RegistryFixture,
} from "../../registry/registry-fixture.ts";

/** Two standard normal features, a function of the origin. */
const reader: FeatureReader = {
  online: () => {
    throw new Error("routers read vectors");
  },
  vectors: async (_service, inputs, options = {}) => {
    const values = new Float64Array(inputs.length * 2);
    for (const [i, input] of inputs.entries()) {
      const random = seededRandom(String(input["origin"]));
      values.set([random.normal(), random.normal()], 2 * i);
    }
    const statuses = new Uint8Array(values.length).fill(featureStatus.present);
    const atMs = options.atMs ?? new Float64Array(inputs.length);
    return { rows: inputs.length, names: ["load.delay", "load.count"], values, statuses, atMs };
  },
};

const plan = canary({
  steps: [
    { share: 0, minRequests: 300 },
    { share: 0.3, minRequests: 500 },
  ],
  guardrails: [errorRate(), disagreement({ bound: 0.4, atMost: 0.1 })],
});

async function openServing(fixture: RegistryFixture): Promise<{ stage: ServingStage; registry: ModelRegistry }> {
  const { metadata, clock, ledger, options } = fixture;
  const { signer, verifier } = options;
  await metadata.migrate([servingMigrations]);
  const log = new SqlPredictionLog({ metadata, blobs: options.blobs });
  const parts = { features: reader, runtimes: [linearRuntime()], log, metadata, ledger, signer, verifier, clock };
  const events = typedEvents<WorkspaceEvents>();
  const stage = new ServingStage({ ...parts, source: fixture.registry, ids: uuidV7Ids(clock), events });
  return { stage, registry: new ModelRegistry({ ...options, rollouts: stage.evidence }) };
}

test("a candidate of the real registry goes to production over the router's evidence, and only over it", async () => {
  const fixture = await openRegistry();
  try {
    await makeChampion(fixture, await fixture.registerSkill(0.85));
    const { stage, registry } = await openServing(fixture);
    const challenger = await fixture.registerSkill(1);
    const router = await stage.router(delayModel, { unit: (request) => request.origin, plan });
    await expect(router.startRollout(challenger.version, plan, { actor: "ann" })).rejects.toMatchObject({
      code: "serving/not-certified",
    });
    await expect(router.startRollout(0)).rejects.toMatchObject({ code: "argument/invalid" });
    const refused = (await fixture.ledger.audit.read({ subject: "delay" })).filter(
      ({ kind }) => kind === "rollout.refused",
    );
    expect(refused).toMatchObject([
      { actor: "ann", body: { challenger: "2", code: "serving/not-certified" } },
      { actor: "system", body: { challenger: "0", code: "argument/invalid" } },
    ]);
    const request = { actor: "ada", reason: "test" };
    const approval = { approver: "grace", role: "owner", comment: "fine" };
    await registry.promote(challenger, "staging", request);
    await registry.approve(challenger, "candidate", approval);
    expect(await registry.promote(challenger, "candidate", request)).toMatchObject({ outcome: "promoted" });
    await router.startRollout(challenger.version);
    expect(await registry.promote(challenger, "production", request)).toMatchObject({ outcome: "refused" });
    for (let sent = 0; sent < 5000 && router.status().rollout?.phase !== "passed"; sent += 100) {
      const asked = Array.from({ length: 100 }, (_, i) => ({ origin: `airport-${sent + i}` }));
      for (const result of await router.predictMany(asked)) expect(result.ok).toBe(true);
    }
    await router.flush();
    expect(router.status().rollout).toMatchObject({ phase: "passed", challenger: challenger.version });
    await registry.approve(challenger, "production", approval);
    expect(await registry.promote(challenger, "production", request)).toMatchObject({ outcome: "promoted" });
    await router.refresh();
    expect(router.status()).toMatchObject({ champion: challenger.version, rollout: { phase: "promoted" } });
    expect((await router.predict({ origin: "ATL" })).version).toBe(challenger.version);
    await stage.close();
    expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true });
    const tree = await fixture.ledger.lineage.downstream(`model-version:delay@${challenger.version}`);
    expect(tree.children.map(({ node }) => node.split(":")[0])).toContain("rollout");
  } finally {
    await fixture.close();
  }
});

test("without a champion nothing is served", async () => {
  const fixture = await openRegistry();
  try {
    const { stage } = await openServing(fixture);
    const opening = stage.router(delayModel, { unit: (request) => request.origin });
    await expect(opening).rejects.toMatchObject({ code: "serving/no-champion" });
  } finally {
    await fixture.close();
  }
});

test("a champion by break-glass predicts nothing once its time is over, until its gates confirm it or another one comes", async () => {
  const policy = { ...laxPolicy, breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } };
  const fixture = await openRegistry({ policy });
  try {
    const { clock } = fixture;
    await makeChampion(fixture, await fixture.registerSkill(0.85));
    const { stage, registry } = await openServing(fixture);
    const second = await fixture.registerSkill(1);
    const by = { actor: "olga", reason: "the champion is broken", role: "on-call", expiresIn: "1h" };
    expect(await registry.breakGlass(second, "production", by)).toMatchObject({ outcome: "promoted" });
    const router = await stage.router(delayModel, { unit: (request) => request.origin });
    expect((await router.predict({ origin: "ATL" })).version).toBe(2);
    clock.advance(3_600_000);
    await expect(router.predict({ origin: "ATL" })).rejects.toThrow(/could be used until/);
    clock.advance(-1);
    await expect(router.predict({ origin: "ATL" })).rejects.toThrow(/could be used until/);
    clock.advance(1);
    const late = stage.router(delayModel, { unit: (request) => request.origin });
    await expect(late).rejects.toMatchObject({ code: "certificate/expired" });
    await registry.rollback("delay", 1, { actor: "ada", reason: "back" });
    await router.refresh();
    expect((await router.predict({ origin: "ATL" })).version).toBe(1);
    const until = clock.nowMs() + 1000;
    await registry.deprecate({ name: "delay", version: 1 }, { actor: "ada", reason: "old", until });
    await router.refresh();
    expect((await router.predict({ origin: "ATL" })).version).toBe(1);
    clock.advance(1000);
    await expect(router.predict({ origin: "ATL" })).rejects.toThrow(/could be used until/);
    await registry.reinstate({ name: "delay", version: 1 }, { actor: "ada", reason: "not yet" });
    await router.refresh();
    expect((await router.predict({ origin: "ATL" })).version).toBe(1);
    await stage.close();
  } finally {
    await fixture.close();
  }
});
