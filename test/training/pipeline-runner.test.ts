import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { manualClock } from "../../src/core/clock.ts";
import type { Progress } from "../../src/core/progress.ts";
import { pipeline } from "../../src/training/pipelines/pipeline.ts";
import type { PipelineRunnerOptions } from "../../src/training/pipelines/pipeline-runner.ts";
import { PipelineRunner } from "../../src/training/pipelines/pipeline-runner.ts";
import { step } from "../../src/training/pipelines/step.ts";
import type { TrainingParts } from "../support/training-parts.ts";
import { openTrainingParts, temporaryFolder } from "../support/training-parts.ts";

const folder = { current: temporaryFolder() };
const clock = manualClock(1_000_000);
let parts: TrainingParts;
const pauses: number[] = [];

beforeEach(async () => {
  folder.current = temporaryFolder();
  parts = await openTrainingParts(folder.current.path, clock);
  pauses.length = 0;
});
afterEach(async () => {
  await parts.metadata.close();
  folder.current.remove();
});

function runner(options: Partial<PipelineRunnerOptions> = {}): PipelineRunner {
  const sleep = async (ms: number): Promise<void> => void pauses.push(ms);
  return new PipelineRunner({ ...parts, sleep, ...options });
}

const request = (name: string, dedupeKey = "1", cause: JsonValue = { why: "test" }) => ({
  pipeline: name,
  dedupeKey,
  cause,
});

test("five steps run in order, outputs flow, and the run is recorded", async () => {
  const load = step({ name: "load", run: () => [3, 1, 2] });
  const sort = step({ name: "sort", needs: [load], run: (_, inputs) => inputs.load.toSorted() });
  const sum = step({ name: "sum", needs: [load], run: (_, inputs) => inputs.load.reduce((a, b) => a + b, 0) });
  const join = step({ name: "join", needs: [sort, sum], run: (_, i) => ({ sorted: i.sort, sum: i.sum }) });
  const cause = step({ name: "cause", needs: [join], run: (context) => context.cause });
  const subject = runner();
  subject.define(pipeline("five", [cause, join, sum, sort, load]));
  const progress: Progress[] = [];
  const { started, pipelineRunId } = await subject.start(request("five"), { onProgress: (p) => progress.push(p) });
  expect(started).toBe(true);
  expect(await subject.wait(pipelineRunId)).toEqual({
    status: "succeeded",
    runId: pipelineRunId,
    outputs: { load: [3, 1, 2], sort: [1, 2, 3], sum: 6, join: { sorted: [1, 2, 3], sum: 6 }, cause: { why: "test" } },
  });
  const record = await subject.record(pipelineRunId);
  expect(record).toMatchObject({ pipeline: "five", dedupeKey: "1", status: "succeeded", endedAtMs: 1_000_000 });
  expect(
    record.steps.every(({ status, attempts, cached }) => status === "succeeded" && attempts === 1 && !cached),
  ).toBe(true);
  expect(progress.map(({ done, total }) => `${done}/${total}`)).toEqual(["1/5", "2/5", "3/5", "4/5", "5/5"]);
  expect(await subject.wait(pipelineRunId)).toMatchObject({ status: "succeeded" });
});

test("steps that do not need one another run at once, as many as allowed", async () => {
  for (const concurrency of [1, 3]) {
    let running = 0;
    let most = 0;
    const wide = ["a", "b", "c", "d"].map((name) =>
      step({
        name,
        run: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 20));
          running--;
          return name;
        },
      }),
    );
    const subject = runner({ concurrency });
    subject.define(pipeline(`wide-${concurrency}`, wide));
    const { pipelineRunId } = await subject.start(request(`wide-${concurrency}`));
    await subject.wait(pipelineRunId);
    expect(most).toBe(concurrency);
  }
});

test("equal requests start a pipeline once, also across runners and at the same moment", async () => {
  let runs = 0;
  const count = pipeline("once", [step({ name: "count", run: () => ++runs })]);
  const subjects = [runner(), runner()];
  for (const subject of subjects) subject.define(count);
  const answers = await Promise.all(
    [...subjects, ...subjects].map((subject) => subject.start(request("once", "same"))),
  );
  expect(answers.filter(({ started }) => started)).toHaveLength(1);
  expect(new Set(answers.map(({ pipelineRunId }) => pipelineRunId)).size).toBe(1);
  const other = await subjects[0]?.start(request("once", "other"));
  expect(other?.started).toBe(true);
  await Promise.all(subjects.map((subject) => subject.wait(other?.pipelineRunId ?? "")));
  await subjects[1]?.wait(answers[0]?.pipelineRunId ?? "");
  expect(runs).toBe(2);
});

test("a start and an end are on record: audited with its cause, in the change feed, announced", async () => {
  const announced: string[] = [];
  parts.events.on("retraining.started", ({ cause }) => announced.push(cause));
  const subject = runner();
  subject.define(pipeline("audited", [step({ name: "a", run: () => 1 })]));
  const { pipelineRunId } = await subject.start(request("audited", "drift/7", "drift of delay"));
  await subject.wait(pipelineRunId);
  await subject.start(request("audited", "drift/7", "drift of delay"));
  const records = await parts.ledger.audit.read();
  expect(records.map(({ kind, subject: about }) => [kind, about])).toEqual([
    ["retraining.started", "audited"],
    ["pipeline.ended", "audited"],
  ]);
  expect(records[1]?.body).toEqual({ run: pipelineRunId, status: "succeeded", step: null });
  expect(records[0]?.body).toMatchObject({ run: pipelineRunId, dedupeKey: "drift/7", cause: "drift of delay" });
  expect(await parts.ledger.audit.verify()).toMatchObject({ valid: true });
  expect((await parts.ledger.changes.read()).map(({ kind }) => kind)).toEqual(["retraining.started", "pipeline.ended"]);
  expect(announced).toEqual(["drift of delay"]);
});

test("who starts a pipeline is audited, and known to its steps and its record", async () => {
  const subject = runner({ actor: "ada" });
  subject.define(
    pipeline("by", [step({ name: "who", run: ({ startedBy }) => startedBy.map(({ names }) => names[0] ?? "") })]),
  );
  const { pipelineRunId } = await subject.start({ ...request("by"), actor: "system" });
  expect(await subject.wait(pipelineRunId)).toMatchObject({ outputs: { who: ["ada", "system"] } });
  const startedBy = [{ names: ["ada"] }, { names: ["system"] }];
  expect(await subject.record(pipelineRunId)).toMatchObject({ startedBy });
  expect((await parts.ledger.audit.read())[0]).toMatchObject({ actor: "system", body: { startedBy } });
  await expect(subject.start({ ...request("by", "2"), actor: " " })).rejects.toMatchObject({
    code: "argument/invalid",
  });
});

test("a failing step is tried again with growing pauses and one idempotency key", async () => {
  const seen: string[] = [];
  const flaky = step({
    name: "flaky",
    retries: 3,
    backoffMs: 100,
    run: ({ attempt, idempotencyKey }) => {
      seen.push(idempotencyKey);
      if (attempt < 4) throw new Error(`attempt ${attempt}`);
      return attempt;
    },
  });
  const subject = runner();
  subject.define(pipeline("flaky", [flaky]));
  const { pipelineRunId } = await subject.start(request("flaky"));
  expect(await subject.wait(pipelineRunId)).toMatchObject({ status: "succeeded", outputs: { flaky: 4 } });
  expect(pauses).toEqual([100, 200, 400]);
  expect(new Set(seen)).toEqual(new Set([`${pipelineRunId}/flaky`]));
});

test("a step that fails for good is a value: it names the step, stops its siblings and what follows", async () => {
  let stopped = false;
  const slow = step({
    name: "slow",
    run: async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      stopped = true;
      throw signal.reason;
    },
  });
  const bad = step({
    name: "bad",
    retries: 1,
    run: () => {
      throw new Error("no such column");
    },
  });
  const after = step({ name: "after", needs: [bad, slow], run: () => 1 });
  const subject = runner();
  subject.define(pipeline("failing", [after, bad, slow]));
  const { pipelineRunId } = await subject.start(request("failing"));
  expect(await subject.wait(pipelineRunId)).toEqual({
    status: "failed",
    runId: pipelineRunId,
    step: "bad",
    error: "Error: no such column",
  });
  expect(stopped).toBe(true);
  const { status, steps } = await subject.record(pipelineRunId);
  expect(status).toBe("failed");
  expect(steps.map(({ step: name, status: state, attempts }) => [name, state, attempts])).toEqual([
    ["after", "pending", 0],
    ["bad", "failed", 2],
    ["slow", "killed", 1],
  ]);
});

test("an output that is no JSON is a failed step", async () => {
  const subject = runner();
  subject.define(pipeline("json", [step({ name: "nan", run: () => Number.NaN })]));
  const { pipelineRunId } = await subject.start(request("json"));
  expect(await subject.wait(pipelineRunId)).toMatchObject({ status: "failed", step: "nan", error: /NaN/ });
});

test("a cached step stands for equal inputs and an equal key, and for nothing else", async () => {
  let made = 0;
  const define = (subject: PipelineRunner, rows: number, cacheKey: string): void => {
    const load = step({ name: "load", run: () => rows });
    const features = step({ name: "features", needs: [load], cacheKey, run: (_, inputs) => [inputs.load, ++made] });
    subject.define(pipeline("cached", [load, features]));
  };
  const run = async (key: string, rows: number, cacheKey: string): Promise<JsonValue | undefined> => {
    const subject = runner();
    define(subject, rows, cacheKey);
    const { pipelineRunId } = await subject.start(request("cached", key));
    const result = await subject.wait(pipelineRunId);
    const steps = (await subject.record(pipelineRunId)).steps;
    return result.status === "succeeded" ? [result.outputs["features"] ?? null, steps[0]?.cached ?? null] : null;
  };
  expect(await run("1", 10, "v1")).toEqual([[10, 1], false]);
  expect(await run("2", 10, "v1")).toEqual([[10, 1], true]);
  expect(await run("3", 11, "v1")).toEqual([[11, 2], false]);
  expect(await run("4", 10, "v2")).toEqual([[10, 3], false]);
});

test("a run is killed by its signal or by cancel, and says so", async () => {
  const endless = step({
    name: "endless",
    run: async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      throw signal.reason;
    },
  });
  const subject = runner();
  subject.define(pipeline("endless", [endless]));
  const controller = new AbortController();
  const first = await subject.start(request("endless", "1"), { signal: controller.signal });
  controller.abort(new Error("enough"));
  expect(await subject.wait(first.pipelineRunId)).toMatchObject({ status: "killed", error: "Error: enough" });
  const second = await subject.start(request("endless", "2"));
  expect(subject.cancel(second.pipelineRunId, new Error("no"))).toBe(true);
  expect(await subject.wait(second.pipelineRunId)).toMatchObject({ status: "killed", error: "Error: no" });
  expect(subject.cancel(second.pipelineRunId)).toBe(false);
});

test("waiting can be given up without stopping the run", async () => {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const subject = runner();
  subject.define(
    pipeline("slow", [
      step({
        name: "a",
        run: async () => {
          await gate;
          return 1;
        },
      }),
    ]),
  );
  const { pipelineRunId } = await subject.start(request("slow"));
  const controller = new AbortController();
  const waiting = subject.wait(pipelineRunId, { signal: controller.signal });
  controller.abort(new Error("impatient"));
  await expect(waiting).rejects.toThrow("impatient");
  go();
  expect(await subject.wait(pipelineRunId)).toMatchObject({ status: "succeeded" });
});

test("a closed runner leaves its runs, and another picks them up where they stood", async () => {
  let loads = 0;
  let mayTrain = false;
  const load = step({ name: "load", run: () => ++loads });
  const train = step({
    name: "train",
    needs: [load],
    run: async ({ signal }, inputs) => {
      if (mayTrain) return inputs.load * 10;
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      throw signal.reason;
    },
  });
  const [first, second] = [runner(), runner()];
  for (const subject of [first, second]) subject.define(pipeline("left", [load, train]));
  const { pipelineRunId } = await first.start(request("left"));
  await expect.poll(async () => (await first.record(pipelineRunId)).steps[1]?.status).toBe("running");
  expect(await second.resume()).toEqual([]);
  await first.close();
  mayTrain = true;
  expect(await second.resume()).toEqual([pipelineRunId]);
  expect(await second.wait(pipelineRunId)).toMatchObject({ status: "succeeded", outputs: { load: 1, train: 10 } });
  expect((await second.record(pipelineRunId)).steps.map(({ step: name, attempts }) => [name, attempts])).toEqual([
    ["load", 1],
    ["train", 2],
  ]);
});

test("a runner whose lease was taken over records nothing any more", async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let starts = 0;
  const slow = step({
    name: "slow",
    run: async () => {
      const mine = ++starts;
      if (mine === 1) await gate;
      return mine;
    },
  });
  const [zombie, heir] = [runner({ leaseMs: 60_000 }), runner({ leaseMs: 60_000 })];
  for (const subject of [zombie, heir]) subject.define(pipeline("taken", [slow]));
  const { pipelineRunId } = await zombie.start(request("taken"));
  await expect.poll(() => starts).toBe(1);
  clock.advance(60_001);
  expect(await heir.resume()).toEqual([pipelineRunId]);
  expect(await heir.wait(pipelineRunId)).toMatchObject({ outputs: { slow: 2 } });
  release();
  expect(await zombie.wait(pipelineRunId)).toMatchObject({ outputs: { slow: 2 } });
});

test("a run whose pipeline has changed fails with that reason instead of resuming", async () => {
  const [first, second] = [runner(), runner()];
  first.define(
    pipeline("changed", [
      step({
        name: "a",
        run: async ({ signal }) => await new Promise((_, no) => signal.addEventListener("abort", no)),
      }),
    ]),
  );
  const { pipelineRunId } = await first.start(request("changed"));
  await first.close();
  second.define(pipeline("changed", [step({ name: "b", run: () => 1 })]));
  expect(await second.resume()).toEqual([pipelineRunId]);
  expect(await second.wait(pipelineRunId)).toMatchObject({ status: "failed", step: null, error: /changed/ });
});

test("defining again replaces the code; other steps under the name are a conflict; unknown names are refused", async () => {
  const subject = runner();
  subject.define(pipeline("p", [step({ name: "a", run: () => 1 })]));
  subject.define(pipeline("p", [step({ name: "a", run: () => 2 })]));
  expect(subject.knows("p")).toBe(true);
  expect(subject.knows("q")).toBe(false);
  expect(() => subject.define(pipeline("p", [step({ name: "b", run: () => 1 })]))).toThrow(
    expect.objectContaining({ code: "definition/conflict", message: expect.stringContaining("a()") }),
  );
  const { pipelineRunId } = await subject.start(request("p"));
  expect(await subject.wait(pipelineRunId)).toMatchObject({ outputs: { a: 2 } });
  await expect(subject.start(request("q"))).rejects.toMatchObject({ code: "pipeline/unknown" });
  await expect(subject.wait("nope")).rejects.toMatchObject({ code: "pipeline/run-not-found" });
  expect(await subject.runs("p")).toEqual([pipelineRunId]);
});
