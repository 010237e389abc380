import { afterEach, beforeEach, expect, test } from "vitest";
import { linear } from "../../src/backends/function/linear.ts";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";
import type { TrainingSetRef } from "../../src/contracts/training-set.ts";
import { digestOf } from "../../src/core/digest.ts";
import * as training from "../../src/training/index.ts";
import { signingIn } from "../support/signing.ts";
import { openTrainingParts, temporaryFolder, type TrainingParts } from "../support/training-parts.ts";
import {
  constructorCall,
  methodCalls,
  problemsOf,
  type SoundArgument,
  type UntypedCall,
} from "../support/untyped-calls.ts";

type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const doors = training as unknown as Untyped;

const folder = { current: temporaryFolder() };
let parts: TrainingParts;
beforeEach(async () => {
  folder.current = temporaryFolder();
  parts = await openTrainingParts(folder.current.path);
});
afterEach(async () => {
  await parts.metadata.close();
  folder.current.remove();
});

const load = training.step({ name: "load", run: () => 1 });
const totals = training.pipeline("totals", [load]);
const data: TrainingSetRef = {
  digest: digestOf("training"),
  rows: 12,
  service: { name: "delay-v1", hash: digestOf("service"), schemaHash: digestOf("schema") },
  sources: [{ dataset: "flights", version: digestOf("flights") }],
  spineDigest: digestOf("spine"),
};
const rows = { rows: 4, width: 1, values: Float64Array.of(1, 3, 2, 4), labels: [0, 1, 0, 1] };

/** Every function of the door, with sound arguments. */
const functions: { readonly [name: string]: readonly SoundArgument[] } = {
  fitLogistic: [
    ["record", rows],
    ["options?", {}],
  ],
  pipeline: [
    ["text", "totals"],
    ["list", [load]],
  ],
  step: [["options", { name: "load", run: () => 1 }]],
};

test("every function of the door answers what plain JavaScript passes with an error of the library", async () => {
  const missed = Object.keys(doors).filter(
    (name) => typeof doors[name] === "function" && !Object.hasOwn(functions, name),
  );
  expect(missed.sort()).toEqual(["ExperimentTracker", "PipelineRunner"]);
  const problems: string[] = [];
  for (const [name, args] of Object.entries(functions))
    problems.push(...(await problemsOf({ name, call: (...given) => doors[name]?.(...given), args })));
  expect(problems).toEqual([]);
});

/** Every method of trackers, runners and runs, with sound arguments. */
async function methodsOf(): Promise<readonly UntypedCall[]> {
  const tracker = new training.ExperimentTracker(parts);
  const runner = new training.PipelineRunner(parts);
  runner.define(totals);
  const request = { pipeline: "totals", dedupeKey: "1", cause: null };
  const { pipelineRunId } = await runner.start(request);
  await runner.wait(pipelineRunId);
  const { run } = await tracker.run("delay", {}, async () => 1);
  const id: SoundArgument = ["text", run.id];
  const runId: SoundArgument = ["text", pipelineRunId];
  const name: SoundArgument = ["text", "totals"];
  const methods = new Map<object, { readonly [method: string]: readonly SoundArgument[] }>([
    [
      tracker,
      {
        run: [
          ["text", "delay"],
          ["options?", {}],
          ["function", async () => 1],
        ],
        record: [id],
        runs: [["text", "delay"]],
        params: [id],
        metrics: [id, ["text", "loss"]],
        metricNames: [id],
        artifacts: [id],
      },
    ],
    [
      runner,
      {
        define: [["record", totals]],
        knows: [name],
        start: [
          ["options", request],
          ["options?", {}],
        ],
        wait: [runId, ["options?", {}]],
        resume: [["options?", {}]],
        cancel: [runId, ["any", "reason"]],
        record: [runId],
        runs: [name],
        close: [],
      },
    ],
  ]);
  return methodCalls(methods);
}

test("every method of experiments and pipelines answers what plain JavaScript passes with an error of the library", async () => {
  const problems: string[] = [];
  for (const call of await methodsOf()) problems.push(...(await problemsOf(call)));
  for (const made of ["ExperimentTracker", "PipelineRunner"])
    problems.push(...(await problemsOf(constructorCall(doors, made, parts))));
  expect(problems).toEqual([]);
});

test("every method of a run answers what plain JavaScript passes with an error of the library", async () => {
  const recording = { runtimes: [linearRuntime()], signer: signingIn(folder.current.path).signer };
  const tracker = new training.ExperimentTracker({ ...parts, ...recording });
  const problems: string[] = [];
  await tracker.run("delay", {}, async (run) => {
    const calls: { readonly [method: string]: readonly SoundArgument[] } = {
      metric: [
        ["text", "loss"],
        ["number", 5],
        ["options", { step: 1 }],
      ],
      param: [
        ["text", "rate"],
        ["json", 5],
      ],
      artifact: [
        ["text", "a.txt"],
        ["record", Uint8Array.of(1)],
      ],
      model: [["record", linear({ weights: [1], bias: 0 })]],
      shuffle: [["number", 5]],
      flush: [],
    };
    const known = Object.getOwnPropertyNames(Object.getPrototypeOf(run)).filter((one) => one !== "constructor");
    expect([...Object.keys(calls), "end"].sort()).toEqual(known.sort());
    for (const [method, args] of Object.entries(calls))
      problems.push(
        ...(await problemsOf({
          name: `run.${method}`,
          call: async (...given) => await Reflect.apply(Reflect.get(run, method), run, given),
          args,
        })),
      );
  });
  // A parameter has one value: another one is refused for that reason. A step may be left out.
  const meant = /^run\.param: argument 1 = (?:null|\{\}): refused as|^run\.metric: argument 2 = nothing: taken/;
  expect(problems.filter((problem) => !meant.test(problem))).toEqual([]);
});

const odd = [null, "x", Number.NaN, -1, 1n, Symbol("s"), true, []] as const;

test("options of a run that are none are refused before anything is recorded", async () => {
  const tracker = new training.ExperimentTracker(parts);
  const run = async (options: unknown): Promise<unknown> => await tracker.run("odd", options as never, async () => 1);
  const refusal = { name: "SluiceError", code: "argument/invalid" };
  const sound: { readonly [name: string]: (value: unknown) => boolean } = {
    params: () => false,
    data: () => false,
    requireValidated: (value) => value === true,
    actor: (value) => value === "x",
    seed: (value) => value === "x" || value === -1,
    signal: () => false,
  };
  for (const [name, fits] of Object.entries(sound))
    for (const value of odd)
      if (!fits(value)) await expect(run({ [name]: value }), `${name} ${String(value)}`).rejects.toMatchObject(refusal);
  await expect(run({ param: {} })).rejects.toMatchObject({ ...refusal, fix: 'Did you mean "params"?' });
  const inItself: { [name: string]: unknown } = {};
  inItself["self"] = inItself;
  for (const value of [new Date(0), new Map(), 1n, () => 1, Number.NaN, inItself])
    await expect(run({ params: { at: value } })).rejects.toMatchObject(refusal);
  await expect(run({ data: { ...data, sources: null } })).rejects.toMatchObject(refusal);
  // The body was forgotten, or the options.
  await expect(tracker.run("odd", {}, undefined as never)).rejects.toMatchObject(refusal);
  await expect(tracker.run("odd", (async () => 1) as never, undefined as never)).rejects.toMatchObject(refusal);
  expect(await tracker.runs("odd")).toEqual([]);
});

test("points of metrics and other parts of a run that are none are refused by name", async () => {
  const tracker = new training.ExperimentTracker(parts);
  const { run } = await tracker.run("odd", {}, async (live) => {
    const calls: readonly (() => unknown)[] = [
      () => live.metric("loss", 1n as never),
      () => live.metric(1n as never, 1),
      () => live.metric("loss", 1, { steps: 1 } as never),
      () => live.metric("loss", 1, { step: 1, epoch: 2 } as never),
      () => live.metric("loss", 1, { step: 1n as never }),
      () => live.metric("loss", 1, { step: Symbol("1") as never }),
      () => live.metric("loss", 1, null as never),
      () => live.param("at", new Date(0) as never),
      () => live.shuffle(-1),
      () => live.shuffle(Number.NaN),
      () => live.shuffle(1n as never),
    ];
    for (const call of calls) expect(call).toThrow(/^(?:training\/invalid-metric|argument\/invalid): found /);
    for (const [path, bytes] of [[5, Uint8Array.of(1)] as const, ["a.txt", "text"] as const])
      await expect(live.artifact(path as never, bytes as never)).rejects.toMatchObject({ name: "SluiceError" });
    live.metric("loss", 1, { step: 3 });
  });
  expect(await tracker.metrics(run.id, "loss")).toMatchObject([{ step: 3, value: 1 }]);
  expect(await tracker.artifacts(run.id)).toEqual([]);
});

test("what steps, pipelines and runners are made from is refused by type and name", () => {
  const run = (): number => 1;
  const made: readonly (() => unknown)[] = [
    () => training.step({ name: 5, run } as never),
    () => training.step({ name: "a" } as never),
    () => training.step({ name: "a", run: "load" } as never),
    () => training.step({ name: "a", run, retry: 1 } as never),
    () => training.step({ name: "a", run, retries: 1n } as never),
    () => training.step({ name: "a", run, retries: Symbol("1") } as never),
    () => training.step({ name: "a", run, backoffMs: "1s" } as never),
    () => training.step({ name: "a", run, needs: "load" } as never),
    () => training.step({ name: "a", run, needs: [null] } as never),
    () => training.step({ name: "a", run, needs: new Array(1) } as never),
    () => training.step({ name: "a", run, cacheKey: 5 } as never),
    () => training.pipeline("p", [null] as never),
    () => training.pipeline("p", new Array(1) as never),
    () => training.pipeline("p", [{ name: "a", needs: [] }] as never),
    () => training.pipeline(1n as never, [load]),
  ];
  for (const work of made) expect(work).toThrow(/^definition\/invalid/);
  const wired: readonly object[] = [
    { concurrency: 0 },
    { concurrency: "2" },
    { leaseMs: -1 },
    { leaseMs: Number.NaN },
    { sleep: 5 },
    { concurency: 2 },
    { actor: 5 },
  ];
  for (const other of wired)
    expect(() => new training.PipelineRunner({ ...parts, ...other } as never)).toThrow(/^argument\/invalid/);
  for (const other of [{ epochs: Number.NaN }, { epochs: "5" }, { epoch: 5 }, { l2: 1n }, { learningRate: "1" }])
    expect(() => training.fitLogistic(rows, other as never)).toThrow(/^argument\/invalid/);
  for (const other of [{ values: [1, 2] }, { labels: null }, { rows: "4" }, { labels: [0, 1, 0, Symbol("1")] }])
    expect(() => training.fitLogistic({ ...rows, ...other } as never)).toThrow(/^argument\/invalid/);
});

test("requests of pipelines that are none start nothing", async () => {
  const runner = new training.PipelineRunner(parts);
  runner.define(totals);
  const request = { pipeline: "totals", dedupeKey: "1", cause: null };
  for (const change of [
    { pipeline: 5 },
    { dedupeKey: 5 },
    { dedupeKey: undefined },
    { cause: undefined },
    { cause: () => 1 },
    { cause: new Date(0) },
    { cause: Number.NaN },
    { actor: 5 },
    { actor: { token: 5 } },
    { dedupekey: "1" },
  ])
    await expect(runner.start({ ...request, ...change } as never)).rejects.toMatchObject({
      name: "SluiceError",
      code: "argument/invalid",
    });
  expect(await runner.runs("totals")).toEqual([]);
  await runner.close();
});
