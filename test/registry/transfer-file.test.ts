import { readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { artifactFolder } from "../../src/backends/fs/artifact-folder.ts";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";
import { type BlobStore, putSource } from "../../src/contracts/blob-store.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { digestOf } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { openWorkspace } from "../../src/index.ts";
import { opened as opening } from "../../src/ledger/artifacts/open-artifact.ts";
import { packArtifact, packedPieces } from "../../src/ledger/artifacts/tar/pack-artifact.ts";
import { openArchive, unpackArtifact } from "../../src/ledger/artifacts/tar/unpack-artifact.ts";
import { verifyBundle } from "../../src/registry/transfer/bundle.ts";
import type { Workspace, WorkspaceOptions } from "../../src/workspace.ts";
import { paxEntry, tarOf } from "../support/tar-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "./registry-fixture.ts";

// A certified version that is sent as one file, from workspace to workspace.

const by = { actor: "ada", reason: "to the other house" };
const version = { name: "delay", version: 1 };
const format = "certified-model";
let origin: RegistryFixture;
let there: RegistryFixture;
const opened: Workspace[] = [];

beforeEach(async () => {
  origin = await openRegistry();
  there = await openRegistry();
  await makeChampion(origin, await origin.registerSkill(0.8));
});
afterEach(async () => {
  for (const ws of opened.splice(0)) await ws.close();
  await origin.close();
  await there.close();
});

async function workspaceOf(
  { folder, metadata, options: { blobs, signer, verifier, clock } }: RegistryFixture,
  more: Partial<WorkspaceOptions> = {},
): Promise<Workspace> {
  const ws = await openWorkspace({ path: join(folder, "ws"), metadata, blobs, signer, verifier, clock, ...more });
  opened.push(ws);
  return ws;
}

test("a version goes out as one file, the same as its folder, and comes in", async () => {
  const folder = temporaryFolder();
  const ws = await workspaceOf(origin);
  const path = join(folder, "delay-1.tar");
  await ws.registry.export(version, path, by);
  await ws.registry.export(version, join(folder, "delay-1"), by);
  expect(readdirSync(folder).sort()).toEqual(["delay-1", "delay-1.tar"]);
  const bytes = readFileSync(path);
  const content = unpackArtifact(bytes, { format });
  expect(content).toEqual(await artifactFolder(join(folder, "delay-1"), { format }));
  expect(packArtifact(content)).toEqual(new Uint8Array(bytes));
  expect(await verifyBundle(content, origin.options.verifier)).toMatchObject({ valid: true });

  const other = await workspaceOf(there);
  symlinkSync(path, join(folder, "link.tar"));
  const arrived = await other.registry.import(path, { ...by, trust: origin.options.verifier });
  expect(arrived).toMatchObject({ name: "delay", stage: "registered", origin: { version: 1 } });
  for (const again of [join(folder, "delay-1"), join(folder, "link.tar"), content])
    expect(await other.registry.import(again, { ...by, trust: origin.options.verifier })).toEqual(arrived);
});

test("of a large model no more than a few MiB are asked for at once, on its way out and in", async () => {
  const sizes: number[] = [];
  const large = digestOf(new Uint8Array(20 * 2 ** 20).fill(5));
  const watched = (blobs: BlobStore): BlobStore => ({
    capabilities: blobs.capabilities,
    put: async (bytes) => {
      sizes.push(bytes.length);
      return await blobs.put(bytes);
    },
    putFrom: async (source) =>
      await putSource(blobs, {
        sizeBytes: source.sizeBytes,
        read: async (from, to) => {
          sizes.push(to - from);
          return await source.read(from, to);
        },
      }),
    get: async (digest) => {
      if (digest === large) throw new Error("the whole model was read at once");
      return await blobs.get(digest);
    },
    getRange: async (digest, from, to) => {
      sizes.push(to - from);
      return await blobs.getRange(digest, from, to);
    },
    has: (digest) => blobs.has(digest),
    delete: (digest) => blobs.delete(digest),
    list: () => blobs.list(),
  });
  const second = await registerLarge(origin);
  expect(await origin.registry.promote(second, "staging", by)).toMatchObject({ outcome: "promoted" });
  for (const how of ["delay-2.tar", "delay-2"]) {
    const path = join(temporaryFolder(), how);
    const ws = await workspaceOf(origin, { blobs: watched(origin.options.blobs) });
    await ws.registry.export(second, path, by);
    const other = await openRegistry();
    const into = await workspaceOf(other, { blobs: watched(other.options.blobs) });
    const arrived = await into.registry.import(path, { ...by, trust: origin.options.verifier });
    expect(arrived.artifactDigest).toBe(second.artifactDigest);
    expect(await other.options.blobs.has(large)).toBe(true);
    await into.close();
    opened.splice(opened.indexOf(into), 1);
    await other.close();
  }
  expect(Math.max(...sizes)).toBe(4 * 2 ** 20);
});

/** A version with a file of 20 MiB. */
async function registerLarge({ options, evaluator, registry }: RegistryFixture): Promise<ModelVersion> {
  const { format: saved, files } = await linearRuntime().save(trained(0.9));
  const weights = { path: "weights.bin", bytes: new Uint8Array(20 * 2 ** 20).fill(5) };
  const artifact = { format: saved, files: [...files, weights] };
  const evaluation = await evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
    label: "late",
    metrics: ["auc", "logLoss"],
  });
  return await registry.register(delayModel, {
    run: await trackedRun(options, "large", artifact),
    artifact,
    evaluation,
    author: "ada",
  });
}

test("a version leaves as a stream, and comes in from wherever ranges can be read", async () => {
  const ws = await workspaceOf(origin);
  const parts: Uint8Array[] = [];
  for await (const piece of packedPieces(await ws.registry.openExport(version, by))) parts.push(piece);
  const bytes = Buffer.concat(parts);
  const other = await workspaceOf(there);
  const sent = new Blob([bytes]);
  const archive = {
    sizeBytes: sent.size,
    read: async (from: number, to: number) => new Uint8Array(await sent.slice(from, to).arrayBuffer()),
  };
  const content = await openArchive(archive, { format });
  const arrived = await other.registry.import(content, { ...by, trust: origin.options.verifier });
  expect(arrived).toMatchObject({ name: "delay", stage: "registered", origin: { version: 1 } });
});

test("a file that changes while it is taken in leaves no version", async () => {
  const content = opening(await origin.registry.export(version, by));
  let reads = 0;
  const files = content.files.map((file) =>
    file.path === "artifact/model.json"
      ? {
          ...file,
          read: async (from: number, to: number) => {
            const bytes = (await file.read(from, to)).slice();
            // Once for its digest; then it is another one.
            if (reads++ > 0 && bytes.length > 0) bytes[0] = 0x20;
            return bytes;
          },
        }
      : file,
  );
  const taken = there.registry.import({ format, files }, { ...by, trust: origin.options.verifier });
  await expect(taken).rejects.toMatchObject({ code: "artifact/corrupt" });
  expect(await there.registry.versions("delay")).toEqual([]);
});

test("nothing is written over, and nothing is left where it cannot be written", async () => {
  const folder = temporaryFolder();
  const ws = await workspaceOf(origin);
  const path = join(folder, "delay-1.TAR");
  writeFileSync(path, "mine");
  const left = (await ws.audit()).filter(({ kind }) => kind === "version.exported");
  await expect(ws.registry.export(version, path, by)).rejects.toMatchObject({ code: "argument/invalid" });
  expect(readFileSync(path, "utf8")).toBe("mine");
  for (const name of ["delay-1.tar.gz", "delay-1.tgz", "delay-1.ZIP"])
    await expect(ws.registry.export(version, join(folder, name), by)).rejects.toMatchObject({
      code: "argument/invalid",
      expected: "a new folder, or a file that ends with .tar",
    });
  expect((await ws.audit()).filter(({ kind }) => kind === "version.exported")).toEqual(left);
  await expect(ws.registry.export(version, join(path, "a.tar"), by)).rejects.toMatchObject({ code: "io/failed" });
  expect(readdirSync(folder)).toEqual(["delay-1.TAR"]);
});

test("hostile files are refused before anything of them is taken in", async () => {
  const folder = temporaryFolder();
  const ws = await workspaceOf(there, { artifacts: { maxFiles: 20, maxBytes: 2 ** 20 } });
  const path = join(folder, "bundle.tar");
  const take = async (): Promise<unknown> =>
    await ws.registry.import(path, { ...by, trust: origin.options.verifier }).catch((error: unknown) => error);
  const file = { name: "a", bytes: new Uint8Array(5) };
  for (const [bytes, code] of [
    [tarOf([{ name: "../../a", bytes: new Uint8Array(5) }]), "artifact/invalid-name"],
    [tarOf([{ name: "a", type: "2", link: "/etc/passwd" }]), "artifact/refused"],
    [tarOf([{ ...file, size: "77777777777\0" }]), "artifact/refused"],
    [tarOf([paxEntry({ size: "1000000000000" }), file]), "artifact/refused"],
    [tarOf(Array.from({ length: 21 }, (_, i) => ({ ...file, name: `${i}` }))), "artifact/too-large"],
    [tarOf([file]), "certificate/invalid"],
    [new Uint8Array(), "artifact/refused"],
  ] as const) {
    writeFileSync(path, bytes);
    expect(await take()).toMatchObject({ code });
  }
  truncateSync(path, 1e12);
  expect(await take()).toMatchObject({ code: "artifact/too-large" });
  expect(await ws.registry.versions("delay")).toEqual([]);
  await expect(
    ws.registry.import(join(folder, "none.tar"), { ...by, trust: origin.options.verifier }),
  ).rejects.toMatchObject({ code: "io/failed" });
});

test("each changed byte of a bundle's file is noticed: by its form, or by its signatures", async () => {
  const random = seededRandom("one byte");
  const packed = packArtifact(await origin.registry.export(version, by));
  for (let i = 0; i < 400; i++) {
    const damaged = packed.slice();
    const at = i < 200 ? random.int(damaged.length) : random.int(damaged.length / 512) * 512 + random.int(512);
    damaged[at] = ((damaged[at] ?? 0) + 1 + random.int(255)) % 256;
    try {
      const content = unpackArtifact(damaged, { format });
      expect(await verifyBundle(content, origin.options.verifier), `byte ${at}`).toMatchObject({ valid: false });
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      expect(error.code, `byte ${at}`).toMatch(/^artifact\/(?:refused|invalid-name|too-large)$/);
    }
  }
});
