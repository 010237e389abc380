import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { functionRuntime } from "../../src/backends/function/function-runtime.ts";
import { linear } from "../../src/backends/function/linear.ts";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";
import type { Digest } from "../../src/core/digest.ts";
import { contentDigest } from "../../src/ledger/artifacts/model-content.ts";
import { decodeMade, signedMade } from "../../src/ledger/made-artifacts.ts";
import { signatureHolds } from "../../src/ledger/signed-record.ts";
import { ExperimentTracker, type ExperimentTrackerOptions } from "../../src/training/tracking/experiment-tracker.ts";
import { signingIn } from "../support/signing.ts";
import { openTrainingParts, type TrainingParts } from "../support/training-parts.ts";

// What runs record of the models that they make.

const runtimes = [linearRuntime()];
const model = (bias: number) => linear({ weights: [1], bias });
const digestOfModel = async (bias: number): Promise<Digest> => contentDigest(await linearRuntime().save(model(bias)));

let folder: string;
let parts: TrainingParts;
beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/sluice-made-`);
  parts = await openTrainingParts(folder);
});
afterEach(async () => {
  await parts.metadata.close();
  rmSync(folder, { recursive: true });
});

function tracker(options: Partial<ExperimentTrackerOptions> = {}): ExperimentTracker {
  return new ExperimentTracker({ ...parts, runtimes, signer: signingIn(folder).signer, ...options });
}

/** The digests that a run has on record, in lineage and log, each signed. */
async function madeBy(id: string): Promise<readonly string[]> {
  const events = (await parts.ledger.audit.read({})).filter(({ kind }) => kind === "run.made");
  const signed: string[] = [];
  for (const event of events) {
    const text = signedMade(event);
    if (text === undefined || !(await signatureHolds(signingIn(folder).verifier, text))) throw new Error("not signed");
    const statement = decodeMade(text.body);
    if (statement?.run.id === id) signed.push(`artifact:${statement.artifact}`);
    expect(event.subject).toBe(`artifact:${statement?.artifact}`);
  }
  const { children } = await parts.ledger.lineage.downstream(`run:${id}`);
  expect(children.map(({ node, via, asserted }) => [node, via, asserted])).toEqual(
    [...signed].sort().map((node) => [node, "made", false]),
  );
  return [...signed].sort();
}

async function nodes(...biases: readonly number[]): Promise<readonly string[]> {
  return (await Promise.all(biases.map(async (bias) => `artifact:${await digestOfModel(bias)}`))).sort();
}

test("what the body returns is recorded: a model, models in a list or a record, each once", async () => {
  for (const [value, ...biases] of [
    [model(1), 1],
    [[model(1), model(2), model(1)], 1, 2],
    [{ net: model(1), loss: 0.5, epochs: [3] }, 1],
    [{ deeper: { net: model(1) } }],
    [undefined],
    [null],
    ["a model"],
    [new Map([["net", model(1)]])],
    [Array.from({ length: 1001 }, (_, bias) => model(bias))],
  ] as const) {
    const { run, value: returned } = await tracker().run("delay", {}, async () => value);
    expect(returned).toBe(value);
    expect(await madeBy(run.id)).toEqual(await nodes(...biases));
  }
});

test("what it does not return is recorded where the body says so, also when the body fails afterwards", async () => {
  const { run } = await tracker().run("delay", {}, async (context) => {
    expect(await context.model(model(1))).toBe(await digestOfModel(1));
    await context.model(model(1));
    await expect(context.model("a model")).rejects.toMatchObject({ code: "definition/invalid" });
    return model(1);
  });
  expect(await madeBy(run.id)).toEqual(await nodes(1));

  let id = "";
  const failed = tracker().run("delay", {}, async (context) => {
    id = context.id;
    await context.model(model(2));
    throw new Error("diverged");
  });
  await expect(failed).rejects.toThrow("diverged");
  expect(await madeBy(id)).toEqual(await nodes(2));
});

test("a returned model that cannot be saved is warned of, and the run keeps its value", async () => {
  const warned: unknown[] = [];
  const silent = (): void => undefined;
  const broken = functionRuntime<{ broken: true }>({
    format: "broken",
    accepts: (value): value is { broken: true } => Object(value).broken === true,
    toJson: () => {
      throw new Error("no weights");
    },
    signature: () => ({ inputWidth: 1, outputWidth: 1 }),
    predict: silent,
  });
  const logger = { debug: silent, info: silent, error: silent, warn: (about: unknown) => warned.push(about) };
  const value = { broken: true };
  const { run, value: returned } = await tracker({ runtimes: [broken], logger }).run("delay", {}, async () => value);
  expect(returned).toBe(value);
  expect(warned).toEqual([{ run: run.id, error: "Error: no weights" }]);
  expect(await madeBy(run.id)).toEqual([]);
});

test("a signer that cannot sign fails the run: nothing is said to be recorded that is not", async () => {
  const signer = { keyId: "gone", sign: () => Promise.reject(new Error("the key service is gone")) };
  await expect(tracker({ signer }).run("delay", {}, async () => model(1))).rejects.toThrow("the key service is gone");
  expect((await tracker().runs("delay")).map(({ status }) => status)).toEqual(["failed"]);
});

test("a tracker without signer or runtimes records no models, and says so where it is asked to", async () => {
  const bare = new ExperimentTracker(parts);
  const { run } = await bare.run("delay", {}, async (context) => {
    await expect(context.model(model(1))).rejects.toMatchObject({
      code: "argument/invalid",
      expected: "`runtimes` and `signer`",
    });
    return model(1);
  });
  expect(await madeBy(run.id)).toEqual([]);
});
