import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { RunRef } from "../../src/contracts/run.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import { typedEvents } from "../../src/core/events.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { pipeline } from "../../src/training/pipelines/pipeline.ts";
import { PipelineRunner, type PipelineRunnerOptions } from "../../src/training/pipelines/pipeline-runner.ts";
import { step } from "../../src/training/pipelines/step.ts";
import { trainingMigrations } from "../../src/training/training-migrations.ts";
import { ExperimentTracker, type ExperimentTrackerOptions } from "../../src/training/tracking/experiment-tracker.ts";
import {
  delayModel,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "../registry/registry-fixture.ts";

// Who trained a version approves it, in somebody else's name or through somebody else's hands.

let open: RegistryFixture;
let registry: ModelRegistry;
beforeEach(async () => {
  open = await openRegistry();
  await open.metadata.migrate([trainingMigrations]);
  registry = new ModelRegistry({ ...open.options, runs: tracker() });
});
afterEach(() => open.close());

const parts = () => ({ ...open.options, ids: uuidV7Ids(open.clock), events: typedEvents<never>() });
const tracker = (options: Partial<ExperimentTrackerOptions> = {}): ExperimentTracker =>
  new ExperimentTracker({ ...parts(), events: typedEvents(), ...options });
const pipelines = (options: Partial<PipelineRunnerOptions> = {}): PipelineRunner =>
  new PipelineRunner({ ...parts(), events: typedEvents(), ...options });

async function train(by: ExperimentTracker, options: { actor?: string | { token: string } } = {}): Promise<RunRef> {
  const { table: _table, features: _features, ...data } = trainingSet("training");
  await trackedRun(open.options, "the lineage of the training set");
  return (await by.run("delay", { data, ...options }, async () => trained(1))).run;
}

async function register(run: RunRef, contributors: readonly string[] = [], by = registry): Promise<ModelVersion> {
  const artifact = trained(1);
  const evaluation = await open.evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
    label: "late",
    metrics: ["auc", "logLoss"],
  });
  const version = await by.register(delayModel, { run, artifact, evaluation, author: "bob", contributors });
  const staged = await by.promote(version, "staging", { actor: "bob", reason: "test" });
  if (staged.outcome !== "promoted") throw new Error(staged.reasons.join());
  return version;
}

const approval = (approver: string) => ({ approver, role: "owner", comment: "fine" });
const refused = { code: "registry/approval-refused" };
const refusals = async (): Promise<number> =>
  (await open.ledger.audit.read({})).filter(({ kind }) => kind === "gate.refused").length;

test("110 a person trains, another registers, the first approves", async () => {
  const version = await register(await train(tracker({ actor: "ada" })));
  const before = await refusals();
  for (const spelled of ["ada", " ADA", "ad\u200ba"])
    await expect(registry.approve(version, "candidate", approval(spelled)), spelled).rejects.toMatchObject(refused);
  expect(await refusals()).toBe(before + 3);
  await registry.approve(version, "candidate", approval("grace"));
  expect((await registry.promote(version, "candidate", { actor: "bob", reason: "test" })).outcome).toBe("promoted");
});

test("111 the run says another name than the workspace that ran it: both count", async () => {
  const version = await register(await train(tracker({ actor: "ada" }), { actor: "the night shift" }), ["zoe"]);
  for (const approver of ["ada", "the night shift", "zoe", "bob"])
    await expect(registry.approve(version, "candidate", approval(approver)), approver).rejects.toMatchObject(refused);
});

test("112 a person starts the pipeline, a worker trains in it and registers, the person approves", async () => {
  const worker = tracker({ actor: "worker" });
  const made: ModelVersion[] = [];
  const steps = [
    step({ name: "train", run: async () => (await train(worker)).id }),
    step({
      name: "register",
      needs: ["train"],
      run: async (_context, { train: id }) => {
        made.push(await register(await worker.run(String(id))));
        return made.length;
      },
    }),
  ];
  const runner = pipelines({ actor: "ada" });
  runner.define(pipeline("retrain", steps));
  const { pipelineRunId } = await runner.start({ pipeline: "retrain", dedupeKey: "1", cause: "drill", actor: "eve" });
  expect(await runner.wait(pipelineRunId)).toMatchObject({ status: "succeeded" });
  const [version] = made;
  if (version === undefined) throw new Error("nothing was registered");
  for (const approver of ["ada", "eve", "worker", "bob"])
    await expect(registry.approve(version, "candidate", approval(approver)), approver).rejects.toMatchObject(refused);
  await registry.approve(version, "candidate", approval("grace"));
});

test("113 a pipeline started again by another person, so that the cached training seems to be theirs", async () => {
  const made: ModelVersion[] = [];
  const runner = pipelines();
  const train1 = step({ name: "train", cacheKey: "1", run: async () => (await train(tracker())).id });
  const then = step({
    name: "register",
    needs: [train1],
    run: async (_context, { train: id }) => made.push(await register(await tracker().run(id))),
  });
  runner.define(pipeline("retrain", [train1, then]));
  for (const actor of ["ada", "eve"]) {
    const asked = { pipeline: "retrain", dedupeKey: actor, cause: "drill", actor };
    await runner.wait((await runner.start(asked)).pipelineRunId);
    made.splice(0, made.length - 1);
  }
  const [version] = made;
  if (version === undefined) throw new Error("nothing was registered");
  await expect(registry.approve(version, "candidate", approval("ada"))).rejects.toMatchObject(refused);
});

test("114 who started a run taken out of its row by SQL, or changed, before it is registered", async () => {
  for (const text of [null, '{"schema":1,"starters":[]}', '{"schema":1,"starters":[{"names":["mallory"]}]}', "[]"]) {
    const run = await train(tracker({ actor: "ada" }));
    await open.metadata.write(async (tx) => {
      await sql`update training_run set started_by = ${text} where id = ${run.id}`.execute(tx.sql);
    });
    const version = await register(run);
    await expect(registry.approve(version, "candidate", approval("ada")), String(text)).rejects.toMatchObject(refused);
  }
});

test("115 a RunRef that leaves out who started it, or names another, passed to the registration", async () => {
  for (const startedBy of [[], [{ names: ["mallory"] }]]) {
    const version = await register({ ...(await train(tracker({ actor: "ada" }))), startedBy });
    await expect(registry.approve(version, "candidate", approval("ada"))).rejects.toMatchObject(refused);
  }
});

test("116 a run started with a token, approved under another name of the same person", async () => {
  const identity = {
    verify: async (token: string) => {
      if (token !== "of ada") throw new Error("another token");
      return { subject: "u-17", roles: [], issuer: "https://id.example", names: ["ada@x.example", "Ada L"] };
    },
  };
  const by = tracker({ identity });
  await expect(train(by, { actor: { token: "forged" } })).rejects.toThrow("another token");
  await expect(train(tracker(), { actor: { token: "of ada" } })).rejects.toMatchObject({ code: "argument/invalid" });
  const version = await register(await train(by, { actor: { token: "of ada" } }));
  expect(version.run.startedBy).toEqual([{ names: ["u-17", "ada@x.example", "Ada L"], issuer: "https://id.example" }]);
  for (const approver of ["u-17", "ADA@x.example", "ada l"])
    await expect(registry.approve(version, "candidate", approval(approver)), approver).rejects.toMatchObject(refused);
});

test("117 nobody known: as stated by who registers, and the evidence says so", async () => {
  const version = await register(await train(tracker()));
  expect(version.run.startedBy).toEqual([]);
  await registry.approve(version, "candidate", approval("ada"));
  const promoted = await registry.promote(version, "candidate", { actor: "bob", reason: "test" });
  if (promoted.outcome !== "promoted") throw new Error(promoted.reasons.join());
  const evidence = JSON.parse(await registry.evidenceOf(promoted.certificate.digest));
  expect(evidence.version.run.startedBy).toEqual([]);
});

test("118 an actor that is no name", async () => {
  for (const actor of ["", " ", "a\0b", "\ud800", 7]) {
    const by = async (): Promise<RunRef> => await train(tracker({ actor: Object(actor) }));
    await expect(by()).rejects.toMatchObject({ code: "argument/invalid" });
    await expect(train(tracker(), { actor: Object(actor) })).rejects.toMatchObject({ code: "argument/invalid" });
  }
});

test("119 who started a pipeline taken out of its row by SQL before another process goes on with it", async () => {
  const seen: unknown[] = [];
  const first = pipelines({ actor: "ada", leaseMs: 1000 });
  const second = pipelines({ leaseMs: 1000 });
  let stop = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const steps = (run: (signal: AbortSignal) => Promise<number>) =>
    pipeline("retrain", [
      step({
        name: "train",
        run: async ({ signal, startedBy }) => {
          seen.push(startedBy);
          return await run(signal);
        },
      }),
    ]);
  first.define(
    steps(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          stop();
        }),
    ),
  );
  const { pipelineRunId } = await first.start({ pipeline: "retrain", dedupeKey: "1", cause: "drill" });
  await begun;
  await first.close();
  await open.metadata.write(async (tx) => {
    await sql`update training_pipeline_run set started_by = null`.execute(tx.sql);
  });
  second.define(steps(async () => 1));
  expect(await second.resume()).toEqual([pipelineRunId]);
  expect(await second.wait(pipelineRunId)).toMatchObject({ status: "succeeded" });
  expect(seen).toEqual([[{ names: ["ada"] }], [{ names: ["ada"] }]]);
});

test("120 a version carried to another workspace, where who made it approves", async () => {
  const made = await register(await train(tracker({ actor: "ada" })), ["zoe"]);
  await registry.approve(made, "candidate", approval("grace"));
  await registry.promote(made, "candidate", { actor: "bob", reason: "test" });
  const bundle = await registry.export(made, { actor: "bob", reason: "to the other house" });
  const there = await openRegistry({ policy: { name: "open", transitions: { staging: { gates: [], approvals: 1 } } } });
  const trust = { trust: open.options.verifier, actor: "eve", reason: "from the other house" };
  const version = await there.registry.import(bundle, trust);
  for (const approver of ["ada", "bob", "zoe", "eve"])
    await expect(there.registry.approve(version, "staging", approval(approver)), approver).rejects.toMatchObject(
      refused,
    );
  await there.registry.approve(version, "staging", approval("grace"));
  await there.close();
});

test("128 a pipeline that starts another one, in which is trained", async () => {
  const runner = pipelines();
  const inner: string[] = [];
  const trains = step({ name: "train", run: async () => (await train(tracker())).id });
  const starts = step({
    name: "start",
    run: async () => {
      const asked = { pipeline: "inner", dedupeKey: "1", cause: "the outer one" };
      inner.push((await runner.start(asked)).pipelineRunId);
      return 1;
    },
  });
  runner.define(pipeline("inner", [trains]));
  runner.define(pipeline("outer", [starts]));
  const asked = { pipeline: "outer", dedupeKey: "1", cause: "drill", actor: "ada" };
  await runner.wait((await runner.start(asked)).pipelineRunId);
  const result = await runner.wait(inner[0] ?? "");
  const run = await tracker().run(result.status === "succeeded" ? String(result.outputs["train"]) : "");
  const version = await register(run);
  await expect(registry.approve(version, "candidate", approval("ada"))).rejects.toMatchObject(refused);
});
