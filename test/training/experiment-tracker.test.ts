import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TrainingSetRef } from "../../src/contracts/training-set.ts";
import { manualClock } from "../../src/core/clock.ts";
import { digestOf } from "../../src/core/digest.ts";
import { ExperimentTracker } from "../../src/training/tracking/experiment-tracker.ts";
import type { RunContext } from "../../src/training/tracking/run-context.ts";
import type { TrainingParts } from "../support/training-parts.ts";
import { openTrainingParts, temporaryFolder } from "../support/training-parts.ts";

const folder = { current: temporaryFolder() };
const clock = manualClock(1_000_000);
let parts: TrainingParts;
let tracker: ExperimentTracker;

beforeEach(async () => {
  folder.current = temporaryFolder();
  parts = await openTrainingParts(folder.current.path, clock);
  tracker = new ExperimentTracker({ ...parts, codeVersion: async () => "git:0123" });
});
afterEach(async () => {
  await parts.metadata.close();
  folder.current.remove();
});

const data: TrainingSetRef = {
  digest: digestOf("training"),
  rows: 12,
  service: { name: "delay-v1", hash: digestOf("service"), schemaHash: digestOf("schema") },
  sources: [{ dataset: "flights", version: digestOf("flights") }],
  spineDigest: digestOf("spine"),
};

test("a run keeps its parameters, metrics, files, seed, code and training set", async () => {
  const { run, value } = await tracker.run(
    "delay",
    { params: { rate: 0.1, layers: [16] }, data, seed: 7 },
    async (r) => {
      r.metric("loss", 0.5);
      r.metric("loss", 0.25);
      r.metric("loss", 0.125, { step: 10 });
      r.metric("auc", Number.NaN, { step: 1 });
      r.param("features", 10);
      clock.advance(50);
      await r.artifact("notes/a.txt", new TextEncoder().encode("hello"));
      return "model";
    },
  );
  expect(value).toBe("model");
  expect(run).toEqual({ id: run.id, experiment: "delay", codeDigest: "git:0123", training: data, startedBy: [] });
  expect(await tracker.run(run.id)).toEqual(run);
  expect(inspect(run).split("\n")).toEqual([
    `run ${run.id} of "delay"`,
    "  code     git:0123",
    expect.stringMatching(/^ {2}trained {2}on 12 rows of delay-v1, training set sha256:[0-9a-f]{12}…$/),
    expect.stringMatching(/^ {2}sources {2}flights sha256:[0-9a-f]{12}…$/),
  ]);
  expect(`${await tracker.run(run.id)}`).toBe(inspect(run));
  const record = await tracker.record(run.id);
  expect(record).toMatchObject({ status: "finished", seed: "7", error: null });
  expect((record.endedAtMs ?? 0) - record.startedAtMs).toBe(50);
  expect(await tracker.params(run.id)).toEqual({ rate: 0.1, layers: [16], features: 10 });
  expect((await tracker.metrics(run.id, "loss")).map(({ step, value: v }) => [step, v])).toEqual([
    [0, 0.5],
    [1, 0.25],
    [10, 0.125],
  ]);
  expect(await tracker.metricNames(run.id)).toEqual(["auc", "loss"]);
  const [file] = await tracker.artifacts(run.id);
  expect(file).toEqual({ path: "notes/a.txt", digest: digestOf("hello"), sizeBytes: 5 });
  expect(await parts.blobs.get(digestOf("hello"))).toEqual(new TextEncoder().encode("hello"));
});

test("NaN, infinities and minus zero come back as they went in", async () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 0.1];
  const { run } = await tracker.run("bits", {}, async (r) => {
    for (const value of values) r.metric("x", value);
  });
  const back = (await tracker.metrics(run.id, "x")).map(({ value }) => value);
  expect(back.every((value, i) => Object.is(value, values[i]))).toBe(true);
  expect(back.length).toBe(values.length);
});

test("what was made is traceable: training set → run → file", async () => {
  const { run } = await tracker.run("lineage", { data }, async (r) => {
    await r.artifact("a", Uint8Array.of(1));
  });
  const tree = await parts.ledger.lineage.upstream(`artifact:${digestOf(Uint8Array.of(1))}`);
  expect(tree.children[0]).toMatchObject({ node: `run:${run.id}`, via: "logged", asserted: false });
  expect(tree.children[0]?.children[0]).toMatchObject({
    node: `training-set:${data.digest}`,
    via: "trained",
    asserted: false,
  });
});

test("unknown code is marked as asserted, in the run and in its lineage", async () => {
  const unknown = new ExperimentTracker(parts);
  const { run } = await unknown.run("asserted", { data }, async () => undefined);
  expect(run.codeDigest).toBe("asserted:unknown");
  expect((await parts.ledger.lineage.upstream(`run:${run.id}`)).children[0]?.asserted).toBe(true);
});

test("start and end are in the change feed and announced, and are no audit events", async () => {
  const ended: string[] = [];
  parts.events.on("run.ended", ({ run, status }) => ended.push(`${run} ${status}`));
  const { run } = await tracker.run("changes", {}, async () => 1);
  const changes = await parts.ledger.changes.read();
  expect(changes.map(({ kind }) => kind)).toEqual(["run.started", "run.ended"]);
  expect(changes[1]?.payload).toEqual({ run: run.id, experiment: "changes", status: "finished" });
  expect(ended).toEqual([`${run.id} finished`]);
  expect(await parts.ledger.audit.verify()).toMatchObject({ valid: true, events: 0 });
});

test("who starts a run is in its record and audited, where it is known", async () => {
  const known = new ExperimentTracker({ ...parts, actor: "ada" });
  const { run } = await known.run("delay", { actor: "eve" }, async () => undefined);
  expect(run.startedBy).toEqual([{ names: ["ada"] }, { names: ["eve"] }]);
  expect(await tracker.run(run.id)).toEqual(run);
  const twice = await known.run("delay", { actor: "ada" }, async () => undefined);
  expect(twice.run.startedBy).toEqual([{ names: ["ada"] }]);
  expect(await parts.ledger.audit.read({ subject: `run:${run.id}` })).toMatchObject([
    { kind: "run.started", actor: "eve", body: { run: run.id, experiment: "delay", startedBy: run.startedBy } },
  ]);
});

test("a body that throws leaves a failed run with what it had recorded, and the error goes on", async () => {
  const boom = new Error("boom \0 \ud800");
  const failing = tracker.run("failing", {}, async (r) => {
    r.metric("loss", 1);
    throw boom;
  });
  await expect(failing).rejects.toBe(boom);
  const [record] = await tracker.runs("failing");
  expect(record).toMatchObject({ status: "failed", error: "Error: boom \uFFFD \uFFFD" });
  expect(await tracker.metrics(record?.ref.id ?? "", "loss")).toHaveLength(1);
});

test("a run stopped by its signal is killed; one that was stopped before it began is none", async () => {
  const controller = new AbortController();
  const stopped = tracker.run("killed", { signal: controller.signal }, async (r) => {
    controller.abort(new Error("enough"));
    r.signal.throwIfAborted();
  });
  await expect(stopped).rejects.toThrow("enough");
  await expect(tracker.run("killed", { signal: controller.signal }, async () => 1)).rejects.toThrow("enough");
  expect((await tracker.runs("killed")).map(({ status }) => status)).toEqual(["killed"]);
});

test("an awaited flush has written every point before it, and thousands of points keep their order", async () => {
  const { run } = await tracker.run("flush", {}, async (r) => {
    for (let i = 0; i < 2500; i++) r.metric(i % 2 === 0 ? "even" : "odd", i);
    await r.flush();
    expect(await tracker.metrics(r.id, "even")).toHaveLength(1250);
    for (let i = 2500; i < 5000; i++) {
      r.metric(i % 2 === 0 ? "even" : "odd", i);
      if (i % 700 === 0) await r.flush();
    }
  });
  const odd = await tracker.metrics(run.id, "odd");
  expect(odd.map(({ value }) => value)).toEqual(Array.from({ length: 2500 }, (_, i) => 2 * i + 1));
});

test("points are written in the background without a flush", async () => {
  await tracker.run("background", {}, async (r) => {
    r.metric("loss", 1);
    await expect.poll(async () => (await tracker.metrics(r.id, "loss")).length).toBe(1);
  });
});

test("numbers only, good names only, whole steps only", async () => {
  await tracker.run("invalid", {}, async (r) => {
    const bad: (() => void)[] = [
      () => r.metric("x", "1" as unknown as number),
      () => r.metric("x", null as unknown as number),
      () => r.metric("", 1),
      () => r.metric("a\0", 1),
      () => r.metric("x", 1, { step: -1 }),
      () => r.metric("x", 1, { step: 0.5 }),
      () => r.metric("x", 1, { step: Number.NaN }),
    ];
    for (const call of bad) expect(call).toThrow(expect.objectContaining({ code: "training/invalid-metric" }));
  });
});

test("a parameter is written once", async () => {
  const { run } = await tracker.run("params", { params: { a: 1 } }, async (r) => {
    r.param("a", 1);
    r.param("b", { x: [1, null] });
    await r.flush();
    r.param("b", { x: [1, null] });
    for (const name of ["a", "b"]) {
      expect(() => r.param(name, 2)).toThrow(expect.objectContaining({ code: "training/param-conflict" }));
    }
  });
  expect(await tracker.params(run.id)).toEqual({ a: 1, b: { x: [1, null] } });
});

test("nothing can be recorded after the end", async () => {
  let kept: RunContext | undefined;
  await tracker.run("ended", {}, async (r) => {
    kept = r;
  });
  expect(() => kept?.metric("late", 1)).toThrow(expect.objectContaining({ code: "training/run-ended" }));
  expect(() => kept?.param("late", 1)).toThrow(expect.objectContaining({ code: "training/run-ended" }));
  await expect(kept?.artifact("late", new Uint8Array(1))).rejects.toMatchObject({ code: "training/run-ended" });
});

test("a file's name is checked, and bytes under a name do not change", async () => {
  await tracker.run("files", {}, async (r) => {
    await expect(r.artifact("../x", Uint8Array.of(1))).rejects.toMatchObject({ code: "artifact/invalid-name" });
    await r.artifact("x", Uint8Array.of(1));
    await r.artifact("x", Uint8Array.of(1));
    await expect(r.artifact("x", Uint8Array.of(2))).rejects.toMatchObject({ code: "artifact/invalid-name" });
    expect(await tracker.artifacts(r.id)).toHaveLength(1);
  });
});

test("randomness comes from the root seed alone", async () => {
  const draw = async (seed?: number): Promise<string> => {
    const options = { params: { a: 1 }, ...(seed === undefined ? {} : { seed }) };
    const { value } = await tracker.run("seeds", options, async (r) => {
      const first = r.shuffle(100);
      r.random.next();
      return [...first, ...r.shuffle(100)].join();
    });
    return value;
  };
  expect(await draw(1)).toBe(await draw(1));
  expect(await draw(1)).not.toBe(await draw(2));
  expect(await draw()).toBe(await draw());
  const order = (await draw(1)).split(",").map(Number);
  expect(order.slice(0, 100).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(order.slice(0, 100)).not.toEqual(order.slice(100));
});

test("runs are listed by experiment, oldest first; an unknown id is not found", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await tracker.run("list", {}, async () => i)).run.id);
  await tracker.run("other", {}, async () => 0);
  expect((await tracker.runs("list")).map(({ ref }) => ref.id)).toEqual(ids);
  await expect(tracker.run("nope")).rejects.toMatchObject({ code: "training/run-not-found" });
  await expect(tracker.run("", {}, async () => 0)).rejects.toMatchObject({ code: "argument/invalid" });
});
