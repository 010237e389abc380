import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LinearModel } from "../../src/contracts/linear-model.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { RunRef } from "../../src/contracts/run.ts";
import type { TrainingSetRef } from "../../src/contracts/training-set.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { typedEvents } from "../../src/core/events.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import { contentDigest, modelContent } from "../../src/ledger/artifacts/model-content.ts";
import { recordMade, signMade } from "../../src/ledger/made-artifacts.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { featureServiceCompatible } from "../../src/registry/gates/feature-service-compatible.ts";
import { lineageComplete } from "../../src/registry/gates/lineage-complete.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { trainingMigrations } from "../../src/training/training-migrations.ts";
import { ExperimentTracker, type ExperimentTrackerOptions } from "../../src/training/tracking/experiment-tracker.ts";
import type { RunContext } from "../../src/training/tracking/run-context.ts";
import {
  delayModel,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "../registry/registry-fixture.ts";
import { editStore } from "../support/edit-store.ts";
import { signingIn } from "../support/signing.ts";

// A version is registered with a run that did not make its artifact, so that the gates judge another training.

const gates = [lineageComplete(), dataValidated(), dataFreshness({ maxAge: "36500d" }), featureServiceCompatible()];
const policy = {
  name: "maker",
  transitions: { staging: { gates, approvals: 0 }, candidate: { gates: [], approvals: 1 } },
};

let open: RegistryFixture;
let registry: ModelRegistry;
beforeEach(async () => {
  open = await openRegistry({ policy });
  await open.metadata.migrate([trainingMigrations]);
  registry = new ModelRegistry({ ...open.options, runs: tracker() });
});
afterEach(() => open.close());

function tracker(options: Partial<ExperimentTrackerOptions> = {}): ExperimentTracker {
  return new ExperimentTracker({ ...open.options, ids: uuidV7Ids(open.clock), events: typedEvents(), ...options });
}

/** A training set whose every row is validated, with its lineage. */
async function validated(): Promise<TrainingSetRef> {
  await trackedRun(open.options, "the lineage of the training set");
  const { table: _table, features: _features, ...data } = trainingSet("training");
  return data;
}

/** A tracked run with validated data whose body returns a model, or what else it returns. */
async function train(value: unknown, by: ExperimentTracker = tracker()): Promise<RunRef> {
  return (await by.run("delay", { data: await validated() }, async () => value)).run;
}

async function register(
  run: RunRef,
  artifact: LinearModel,
  author = "bob",
): Promise<ModelVersion & { warnings?: readonly string[] }> {
  const evaluation = await open.evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
    label: "late",
    metrics: ["auc"],
  });
  return await registry.register(delayModel, { run, artifact, evaluation, author });
}

async function outcomes(version: ModelVersion): Promise<readonly string[]> {
  return (await registry.explain(version, "staging")).gates.map(({ gate, outcome }) => `${gate} ${outcome}`);
}

const opened = gates.map(({ gate }) => `${gate} pass`);
const closed = gates.map(({ gate }) => `${gate} ${gate === "lineageComplete" ? "fail" : "notMeasured"}`);
const madeEvents = async () => (await open.ledger.audit.read({})).filter(({ kind }) => kind === "run.made");
const mismatch = { code: "registry/evidence-mismatch" };
const tampered = { code: "registry/tampered" };

test("130 another artifact than a finished run made, registered with that run", async () => {
  const run = await train(trained(1));
  await expect(register(run, trained(0.9))).rejects.toMatchObject({
    ...mismatch,
    found: expect.stringContaining(`as made by run ${run.id}, while that run made artifact:sha256:`),
    fix: expect.stringContaining("run.model(model)"),
  });
  const refused = (await open.ledger.audit.read({})).filter(({ kind }) => kind === "registration.refused");
  expect(refused.map(({ actor, subject }) => [actor, subject])).toEqual([["bob", "delay"]]);
  expect(await registry.versions("delay")).toEqual([]);
  expect(await outcomes(await register(run, trained(1)))).toEqual(opened);
});

test("131 what one run made on rows that nobody validated, registered with another run whose data was", async () => {
  const { run: real } = await tracker().run("delay", {}, async () => trained(1));
  for (const other of [await train(undefined), await train(trained(0.9))])
    await expect(register(other, trained(1))).rejects.toMatchObject({
      ...mismatch,
      found: expect.stringContaining(`made by run ${real.id}`),
    });
  expect(await outcomes(await register(real, trained(1)))).toEqual(closed);
});

test("132 what no run made, registered with a run that made nothing, and its lineage written by SQL", async () => {
  const run = await train(undefined);
  const version = await register(run, trained(1));
  expect(version.made).toBe("asserted");
  expect(version.warnings).toEqual([
    expect.stringContaining(`nothing on record says that run ${run.id} made this model`),
  ]);
  expect(await outcomes(version)).toEqual(closed);
  const edge = { from: `run:${run.id}`, to: `artifact:${version.artifactDigest}` };
  await editStore(
    open.metadata,
    sql`update lineage_edges set asserted = 0 where to_node = ${edge.to} and from_node = ${edge.from}`,
    sql`insert into lineage_edges (from_node, to_node, kind, asserted) values (${edge.from}, ${edge.to}, 'made', 0)`,
  );
  expect(await outcomes(version)).toEqual(closed);
  expect((await registry.promote(version, "staging", { actor: "bob", reason: "test" })).outcome).toBe("refused");
  expect((await register(run, trained(1))).version).toBe(version.version);
});

test("133 an artifact added to a run that has ended", async () => {
  const kept: RunContext[] = [];
  let late: Promise<unknown> = Promise.resolve();
  const { run } = await tracker().run("delay", { data: await validated() }, async (context) => {
    kept.push(context);
  });
  for (const context of kept)
    await expect(context.model(trained(1))).rejects.toMatchObject({ code: "training/run-ended" });

  // Begun in the body, and not awaited: its record would come after the end.
  const slow: Promise<void>[] = [];
  let release = (): void => undefined;
  slow.push(new Promise((resolve) => (release = resolve)));
  const signer = {
    ...open.options.signer,
    keyId: open.options.signer.keyId,
    sign: async (bytes: Uint8Array) => {
      await Promise.all(slow);
      return await open.options.signer.sign(bytes);
    },
  };
  const { run: second } = await tracker({ signer }).run("delay", { data: await validated() }, async (context) => {
    late = context.model(trained(1)).then(
      () => "recorded",
      (error: unknown) => Object(error).code,
    );
  });
  release();
  expect(await late).toBe("training/run-ended");

  // The row says that it runs again: nothing of the library goes on with it.
  await editStore(open.metadata, sql`update training_run set status = 'running', ended_at_ms = null`);
  for (const context of kept)
    await expect(context.model(trained(1))).rejects.toMatchObject({ code: "training/run-ended" });
  for (const ended of [run, second]) expect(await outcomes(await register(ended, trained(1)))).toEqual(closed);
});

test("134 the record that a run made it written into the log", async () => {
  const honest = await train(trained(0.9));
  const [own] = await madeEvents();
  const run = await train(undefined);
  const folder = mkdtempSync(`${tmpdir()}/sluice-maker-`);
  const stranger = signingIn(folder).signer;
  const { keyId } = open.options.signer;
  type Forged = { readonly [member: string]: JsonValue };
  const forgeries: readonly (readonly [(forged: Forged) => JsonValue, { readonly code: string }])[] = [
    [(forged) => ({ ...forged, key: keyId }), tampered],
    [(forged) => ({ ...forged, key: keyId, signature: "AAAA" }), tampered],
    [(forged) => forged, { code: "certificate/unknown-key" }],
    [() => ({ run: run.id }), tampered],
    [() => own?.body ?? null, tampered],
  ];
  for (const [index, [body, expected]] of forgeries.entries()) {
    const model = trained(0.8 - index / 100);
    const artifact = contentDigest((await modelContent(open.options.runtimes, model)).content);
    const { body: statement, key_id: key, signature } = (await signMade(stranger, run, artifact)).signed;
    await open.metadata.write(async (tx) => {
      const event = { kind: "run.made", subject: `artifact:${artifact}`, actor: "system" };
      await open.ledger.audit.append(tx, { ...event, body: body({ run: run.id, statement, key, signature }) });
    });
    await expect(register(run, model), String(index)).rejects.toMatchObject(expected);
  }
  rmSync(folder, { recursive: true });
  expect((await open.ledger.audit.verify()).valid).toBe(true);
  expect(await outcomes(await register(honest, trained(0.9)))).toEqual(opened);
});

test("135 the record that a run made it edited, or deleted", async () => {
  const run = await train(trained(0.9));
  const other = await train(undefined);
  const [own] = await madeEvents();
  if (own === undefined) throw new Error("the run recorded its model");
  const at = sql`where position = ${own.index}`;
  await editStore(open.metadata, sql`update audit_events set record = replace(record, ${run.id}, ${other.id}) ${at}`);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, firstBroken: own.index });
  await expect(register(other, trained(0.9))).rejects.toMatchObject(tampered);
  await editStore(open.metadata, sql`delete from audit_events ${at}`);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, firstBroken: own.index });
  expect(await outcomes(await register(run, trained(0.9)))).toEqual(closed);
});

test("136 the row of a run edited, so that it seems to be trained on validated rows, or by other code", async () => {
  const { run: real } = await tracker().run("delay", {}, async () => trained(1));
  await train(undefined);
  await editStore(
    open.metadata,
    sql`update training_run set training = (select training from training_run where training is not null) where id = ${real.id}`,
  );
  await expect(register(await tracker().run(real.id), trained(1))).rejects.toMatchObject(tampered);
  await editStore(
    open.metadata,
    sql`update training_run set training = null, code_digest = ${digestOf("reviewed")} where id = ${real.id}`,
  );
  await expect(register(await tracker().run(real.id), trained(1))).rejects.toMatchObject(tampered);
});

test("137 a run of another workspace, with what it has on record there", async () => {
  const there = await openRegistry({ policy });
  await there.metadata.migrate([trainingMigrations]);
  const { folder: _folder, options } = there;
  const elsewhere = new ExperimentTracker({ ...options, ids: uuidV7Ids(there.clock), events: typedEvents() });
  const { run } = await elsewhere.run("delay", { data: await validated() }, async () => trained(1));
  await expect(register(run, trained(1))).rejects.toMatchObject({ code: "training/run-not-found" });
  const [record] = (await there.ledger.audit.read({})).filter(({ kind }) => kind === "run.made");
  const here = await train(undefined);
  await open.metadata.write(async (tx) => {
    const { kind, subject, actor, body } = record ?? { kind: "", subject: "", actor: "", body: null };
    await sql`update training_run set id = ${run.id} where id = ${here.id}`.execute(tx.sql);
    await open.ledger.audit.append(tx, { kind, subject, actor, body });
  });
  await there.close();
  await expect(register(run, trained(1))).rejects.toMatchObject({ code: "certificate/unknown-key" });
});

test("138 a run that is still open, claimed from outside of it", async () => {
  let end = (): void => undefined;
  let begun = (_id: string): void => undefined;
  const started = new Promise<string>((resolve) => (begun = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const running = tracker().run("delay", { data: await validated() }, async (context) => {
    begun(context.id);
    await ended;
    return (await register(await tracker().run(context.id), trained(0.9))).version;
  });
  const run = await tracker().run(await started);
  const outside = await register(run, trained(1));
  expect([outside.made, await outcomes(outside)]).toEqual(["asserted", closed]);
  end();
  const { value } = await running;
  const [, inside] = await registry.versions("delay");
  expect([inside?.version, inside?.made]).toEqual([value, "recorded"]);
  if (inside !== undefined) expect(await outcomes(inside)).toEqual(opened);
  expect(await outcomes(outside)).toEqual(closed);
});

test("139 who trained it approves it, as another person's run returned the same model", async () => {
  await train(trained(1), tracker({ actor: "ada" }));
  const version = await register(await train(trained(1), tracker({ actor: "bob" })), trained(1));
  expect(await outcomes(version)).toEqual(opened);
  await registry.promote(version, "staging", { actor: "bob", reason: "test" });
  const approval = (approver: string) => ({ approver, role: "owner", comment: "fine" });
  for (const approver of ["ada", "bob"])
    await expect(registry.approve(version, "candidate", approval(approver)), approver).rejects.toMatchObject({
      code: "registry/approval-refused",
    });
  await registry.approve(version, "candidate", approval("grace"));
});

test("a key that has ended signs no more that a run made something", async () => {
  const run = await train(undefined);
  const { artifactDigest } = await register(run, trained(1));
  const made = await signMade(open.options.signer, run, artifactDigest);
  const { keyId } = open.options.signer;
  const verifier = { ...open.options.verifier, endsAtMs: (id: string) => (id === keyId ? 1 : undefined) };
  await open.metadata.write(async (tx) => await recordMade(tx, open.ledger, run, [made]));
  const after = new ModelRegistry({ ...open.options, verifier, runs: tracker() });
  const evaluation = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), {
    label: "late",
    metrics: ["auc"],
  });
  const given = { run, artifact: trained(1), evaluation, author: "zed" };
  await expect(after.register(delayModel, given)).rejects.toMatchObject({ code: "certificate/revoked-key" });
});
