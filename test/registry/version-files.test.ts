import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { ArtifactContent } from "../../src/contracts/artifact.ts";
import type { ModelRuntime } from "../../src/contracts/model-runtime.ts";
import { digestOf } from "../../src/core/digest.ts";
import { config } from "../../src/registry/content/config.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { Evaluator } from "../../src/registry/evaluation/evaluator.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "./registry-fixture.ts";

// Digest, size and media type of each file of a version, in its signed record.

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry();
});
afterEach(() => open.close());

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const noise = Uint8Array.of(0x00, 0xff, 0x13, 0x37);

/** Linear models with files beside them, as a runtime of the host may save them. */
function withFiles(beside: ArtifactContent["files"]): ModelRuntime {
  const [runtime] = open.options.runtimes;
  if (runtime === undefined) throw new Error("a runtime expected");
  return {
    ...runtime,
    format: runtime.format,
    accepts: (model) => runtime.accepts(model),
    save: async (model) => {
      const content = await runtime.save(model);
      return { ...content, files: [...content.files, ...beside] };
    },
    load: async ({ format, files }) =>
      await runtime.load({ format, files: files.filter(({ path }) => !beside.some((one) => one.path === path)) }),
  };
}

async function registered(beside: ArtifactContent["files"], from = open) {
  const options = { ...from.options, runtimes: [withFiles(beside)] };
  const registry = new ModelRegistry(options);
  const artifact = trained(1);
  const evaluation = await new Evaluator({ ...options, champions: registry }).evaluate(
    delayModel,
    artifact,
    trainingSet("held out"),
    { label: "late", metrics: ["auc", "logLoss"] },
  );
  const run = await trackedRun(options, "run", artifact);
  return { registry, version: await registry.register(delayModel, { run, artifact, evaluation, author: "ada" }) };
}

test("each file is told by what its bytes show, then by the host's word, then by its name; unknown is unknown", async () => {
  const beside = [
    { path: "notes/read.md", bytes: text("# notes") },
    { path: "rows.csv", bytes: text("a,b\n1,2\n") },
    { path: "weights.bin", bytes: noise },
    { path: "words.vocab", bytes: text("one\ntwo"), mediaType: "text/x-vocabulary" },
    { path: "tokens.bin", bytes: noise.slice(1), mediaType: "application/x-tokens; version=1" },
    {
      path: "really.csv",
      bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1),
      mediaType: "text/csv",
    },
    { path: "picture.png", bytes: noise.slice(2) },
    { path: "data.csv", bytes: noise.slice(0, 3) },
  ];
  const { registry, version } = await registered(beside);
  const types = Object.fromEntries((version.files ?? []).map(({ path, mediaType }) => [path, mediaType]));
  expect(types).toEqual({
    "model.json": "application/json",
    "notes/read.md": "text/markdown",
    "rows.csv": "text/csv",
    "weights.bin": "application/octet-stream",
    "words.vocab": "text/x-vocabulary",
    "tokens.bin": "application/x-tokens; version=1",
    "really.csv": "image/png",
    // What is named as a picture and is none, or as a text and is none, is called neither.
    "picture.png": "application/octet-stream",
    "data.csv": "application/octet-stream",
  });
  expect(version.files?.find(({ path }) => path === "weights.bin")).toEqual({
    path: "weights.bin",
    digest: digestOf(noise),
    sizeBytes: 4,
    mediaType: "application/octet-stream",
  });
  expect((await registry.version("delay", 1)).files).toEqual(version.files);
  expect(version.files?.map(({ path }) => path)).toEqual(version.files?.map(({ path }) => path).toSorted());
});

test("a host's word that is no media type is refused, and leaves no version", async () => {
  for (const mediaType of ["", "csv", "text/csv\nX: y", "text/", 7]) {
    const beside = [{ path: "a.bin", bytes: noise, mediaType: Object(mediaType) }];
    await expect(registered(beside), String(mediaType)).rejects.toMatchObject({ code: "argument/invalid" });
  }
  expect(await open.registry.versions("delay")).toEqual([]);
});

test("a prompt's and a config's file is told too", async () => {
  const content = new ContentRegistry({ ...open.options, source: open.registry });
  const version = await content.registerContent(config("limit", { schema: z.number(), value: 0.5 }), { author: "ada" });
  expect(version.files).toMatchObject([{ path: "content.json", mediaType: "application/json" }]);
});

test("exports tell them, and imports keep what the other house said", async () => {
  const beside = [{ path: "tokens.bin", bytes: noise, mediaType: "application/x-tokens" }];
  const { registry, version } = await registered(beside);
  const by = { actor: "ada", reason: "test" };
  await makeChampion({ ...open, registry }, version);
  const bundle = await registry.export(version, by);
  const bytesOf = (path: string): Uint8Array | undefined => bundle.files.find((one) => one.path === path)?.bytes;
  const listed: readonly { path: string; mediaType: string }[] = JSON.parse(
    new TextDecoder().decode(bytesOf("bundle.json")),
  ).body.files;
  const types = Object.fromEntries(listed.map(({ path, mediaType }) => [path, mediaType]));
  expect(types).toMatchObject({
    "certificate.json": "application/json",
    "artifact/model.json": "application/json",
    "artifact/tokens.bin": "application/x-tokens",
  });
  const there = await openRegistry();
  const arrived = await there.registry.import(bundle, { ...by, trust: open.options.verifier });
  expect(arrived.files).toEqual(version.files);
  await there.close();
});

test("a version that was registered before is read as it was", async () => {
  const version = await open.registerSkill(0.8);
  const [row] = await rowsOf(open.metadata, sql`select body from registry_version`);
  const { files, ...before } = JSON.parse(String(Object(row).body));
  expect(files).toMatchObject([{ path: "model.json", mediaType: "application/json" }]);
  const signed = await signRecord(open.options.signer, before);
  await editStore(
    open.metadata,
    sql`update registry_version set body = ${signed.body}, signature = ${signed.signature}`,
  );
  const read = await open.registry.version("delay", 1);
  const { files: _files, ...without } = version;
  expect(read).toEqual(without);
});

test("a media type edited by SQL breaks the version's signature", async () => {
  await open.registerSkill(0.8);
  await editStore(
    open.metadata,
    sql`update registry_version set body = replace(body, 'application/json', 'text/html')`,
  );
  await expect(open.registry.version("delay", 1)).rejects.toMatchObject({ code: "registry/tampered" });
});
