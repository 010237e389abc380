import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import type { ArtifactLimits, ArtifactScan } from "../../src/contracts/artifact-scan.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { BlobArtifactStore } from "../../src/ledger/artifacts/blob-artifact-store.ts";
import { scanArtifact } from "../../src/ledger/artifacts/scan/scan-artifact.ts";
import { ScannedArtifactStore } from "../../src/ledger/artifacts/scanned-artifact-store.ts";
import { type ZipFileEntry, zipFile } from "../support/zip-file.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const pickle = Uint8Array.of(0x80, 4, 0x95, 0, 0x2e);

async function scan(files: { readonly [path: string]: Uint8Array }, limits?: ArtifactLimits): Promise<ArtifactScan> {
  const list = Object.entries(files).map(([path, bytes]) => ({ path, bytes }));
  return await scanArtifact({ format: "any", files: list }, limits);
}

async function expectRefused(bytes: Uint8Array, risk: string, reason: RegExp, path = "model.bin"): Promise<void> {
  const error = await scan({ [path]: bytes }).catch((failure: unknown) => failure);
  if (!isSluiceError(error, "artifact/refused")) throw error;
  expect(error.found).toContain(`${risk} in "${path}`);
  expect(error.found).toMatch(reason);
}

describe("what is refused", () => {
  test("pickles, whatever they are called, and what is called one", async () => {
    await expectRefused(pickle, "pickle", /a Python pickle/, "weights.txt");
    await expectRefused(text("cos\nsystem\n(S'id'\ntR."), "pickle", /a Python pickle/);
    await expectRefused(text("(dp0\ncos\nsystem\n"), "pickle", /./);
    await expectRefused(text("BZh9"), "pickle", /named as/, "model.joblib");
    await expectRefused(
      zipFile([{ name: "archive/data.pkl", bytes: text("anything") }]),
      "pickle",
      /named as/,
      "model.pt",
    );
    await expectRefused(zipFile([{ name: "archive/data", bytes: pickle }]), "pickle", /a Python pickle/, "model.pt");
    await expectRefused(zipFile([{ name: "a", bytes: pickle, deflated: true }]), "pickle", /a Python pickle/);
    await expectRefused(new Uint8Array(gzipSync(pickle)), "pickle", /a Python pickle/);
    const objects = text("\u0093NUMPY\u0001\u0000v\u0000{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n");
    const npy = Uint8Array.from([...objects].filter((byte, i) => !(i === 0 && byte === 0xc2)));
    await expectRefused(npy, "pickle", /Python objects/);
    await expectRefused(zipFile([{ name: "x.npy", bytes: npy, deflated: true }]), "pickle", /Python objects/, "x.npz");
  });

  test("Keras models that run code", async () => {
    const keras = (config: object): Uint8Array =>
      zipFile([{ name: "config.json", bytes: text(JSON.stringify(config)), deflated: true }]);
    const layers = (layer: object): object => ({
      module: "keras",
      class_name: "Functional",
      config: { layers: [layer] },
    });
    await expectRefused(keras(layers({ class_name: "Lambda", config: {} })), "keras-code", /Lambda/, "m.keras");
    await expectRefused(keras(layers({ class_name: "__lambda__" })), "keras-code", /__lambda__/, "m.keras");
    await expectRefused(keras(layers({ class_name: "run", module: "os" })), "keras-code", /module "os"/, "m.keras");
    await expectRefused(
      keras(layers({ class_name: "x", module: "keras_evil" })),
      "keras-code",
      /keras_evil/,
      "m.keras",
    );
    const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
    const inHdf5 = (config: string): Uint8Array => Uint8Array.of(...hdf5, ...text(`LL${config}`));
    await expectRefused(inHdf5('{"class_name": "Lambda", "config"'), "keras-code", /Lambda/, "m.h5");
    const harmless = {
      "m.h5": inHdf5('{"class_name": "Dense", "name": "Lambda"'),
      "m.keras": keras(layers({ module: "keras.layers", class_name: "Dense" })),
    };
    expect((await scan(harmless)).findings).toEqual([]);
  });

  test("zip bombs, by what they say and by what they are", async () => {
    const zeros = new Uint8Array(20 * 2 ** 20);
    await expectRefused(zipFile([{ name: "a", bytes: zeros, deflated: true }]), "archive-bomb", /unpack to 20971520/);
    const liar = zipFile([{ name: "a", bytes: zeros, deflated: true, says: 100 }]);
    await expectRefused(liar, "archive-bomb", /more than the 100 bytes/);
    const kernel = { name: "a", bytes: new Uint8Array(1000), deflated: true };
    const overlapping = Array.from({ length: 50 }, (_, i) => ({
      ...kernel,
      name: `b${i}`,
      headerName: "a",
      sharesWith: "a",
    }));
    const shared: readonly ZipFileEntry[] = [kernel, ...overlapping.map((entry) => ({ ...entry, name: "a" }))];
    await expectRefused(zipFile(shared), "archive-bomb", /share bytes/);
    await expectRefused(new Uint8Array(gzipSync(zeros, { level: 9 })), "archive-bomb", /more than/);
    let nested = zipFile([{ name: "a", bytes: text("a") }]);
    for (let i = 0; i < 6; i++) nested = zipFile([{ name: "a", bytes: nested }]);
    await expectRefused(nested, "archive-bomb", /archives in archives/);
    const inner = zipFile([{ name: "a", bytes: new Uint8Array(15 * 2 ** 20), deflated: true }]);
    const twice = zipFile([
      { name: "1", bytes: inner },
      { name: "2", bytes: inner },
    ]);
    await expect(scan({ a: twice }, { maxUnpackedBytes: 20 * 2 ** 20 })).rejects.toThrow(/archive-bomb/);
    await expect(scan({ a: twice })).resolves.toMatchObject({ findings: [] });
  });

  test("a bomb costs no more than its limit", async () => {
    const zeros = deflateRawSync(new Uint8Array(400 * 2 ** 20), { level: 1 });
    const bomb = zipFile([{ name: "a", bytes: new Uint8Array(zeros), method: 8, says: 1000 }]);
    const before = process.memoryUsage().arrayBuffers;
    const startedMs = performance.now();
    await expectRefused(bomb, "archive-bomb", /more than the 1000 bytes/);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 2 ** 20);
  });

  test("entries that leave the folder, collide, or are links; headers that say otherwise", async () => {
    for (const name of ["../a", "/a", "a/../../b", "C:/a", "a\\..\\b", "nul", "a/con.txt"])
      await expectRefused(zipFile([{ name, bytes: text("a") }]), "archive-path", /./);
    const pair = (one: string, other: string): Uint8Array =>
      zipFile([one, other].map((name) => ({ name, bytes: text(name) })));
    await expectRefused(pair("a", "a"), "archive-path", /two files named/);
    await expectRefused(pair("Model", "mOdel"), "archive-path", /beside/);
    await expectRefused(pair("a", "a/b"), "archive-path", /beside/);
    await expectRefused(
      zipFile([{ name: "a", bytes: text("/etc/passwd"), isLink: true }]),
      "archive-path",
      /symbolic link/,
    );
    await expectRefused(zipFile([{ name: "a", headerName: "b", bytes: text("a") }]), "malformed", /calls otherwise/);
    await expectRefused(zipFile([{ name: "a", bytes: text("a"), isEncrypted: true }]), "malformed", /encrypted/);
    await expectRefused(zipFile([{ name: "a", bytes: text("a"), method: 12 }]), "malformed", /unknown method/);
    await expectRefused(
      Uint8Array.of(...zipFile([{ name: "a", bytes: text("a") }]), 0),
      "malformed",
      /something follows/,
    );
  });

  test("safetensors whose header lies, and ONNX tensors outside the artifact", async () => {
    const tensors = (header: string, data = 8): Uint8Array => {
      const bytes = new Uint8Array(8 + header.length + data);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(text(header), 8);
      return bytes;
    };
    const one = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const { files } = await scan({ "m.safetensors": tensors(one) });
    expect(files[0]?.mediaType).toBe("application/x-safetensors");
    await expectRefused(tensors(one, 4), "malformed", /belongs to no tensor, or is missing/);
    await expectRefused(tensors('{"a":{"data_offsets":[4,8]}}'), "malformed", /overlap, or leave a gap/);
    await expectRefused(tensors('{"a":1}'), "malformed", /without a range/);
    const huge = tensors(one);
    new DataView(huge.buffer).setBigUint64(0, 2n ** 40n, true);
    await expectRefused(huge, "malformed", /more than 100000000/, "m.safetensors");

    const message = (field: number, content: Uint8Array): Uint8Array =>
      Uint8Array.of(...varint(field * 8 + 2), ...varint(content.length), ...content);
    const entry = (location: string): Uint8Array =>
      message(13, Uint8Array.of(...message(1, text("location")), ...message(2, text(location))));
    const onnx = (location: string): Uint8Array => {
      const producer = message(2, text("test"));
      return Uint8Array.of(8, 8, ...producer, ...message(7, message(5, entry(location))));
    };
    await expectRefused(onnx("../../etc/passwd"), "external-data", /leaves the artifact/, "m.onnx");
    await expectRefused(onnx("/etc/passwd"), "external-data", /leaves the artifact/, "m.onnx");
    await expectRefused(onnx("weights.bin"), "external-data", /no file of the artifact/, "m.onnx");
    const whole = await scan({ "net/m.onnx": onnx("weights.bin"), "net/weights.bin": text("w") });
    expect(whole.files.map(({ mediaType }) => mediaType)).toEqual(["application/onnx", "text/plain"]);
    await expectRefused(text("no model"), "malformed", /cannot be read/, "m.onnx");
  });

  test("names that some system cannot keep, too many bytes, too many files", async () => {
    for (const path of ["CON", "a/lpt1.txt", "a.", "a ", "a:b", "a?"])
      await expect(scan({ [path]: text("a") })).rejects.toMatchObject({ code: "artifact/invalid-name" });
    await expect(scan({ "É.txt": text("a"), "e\u0301.txt": text("b") })).rejects.toMatchObject({
      code: "artifact/invalid-name",
    });
    await expect(scan({ a: text("abc") }, { maxBytes: 2 })).rejects.toMatchObject({ code: "artifact/too-large" });
    await expect(scan({ a: text("a"), b: text("b") }, { maxFiles: 1 })).rejects.toMatchObject({
      code: "artifact/too-large",
    });
    await expect(scan({}, { maxUnpackRatio: 0 })).rejects.toMatchObject({ code: "argument/invalid" });
  });
});

test("what is allowed comes in, and stays on record", async () => {
  const { files, findings } = await scan({ "model.pkl": pickle }, { allow: ["pickle"] });
  expect(files[0]).toMatchObject({ mediaType: "application/x-python-pickle", sizeBytes: 5 });
  expect(findings.map(({ risk }) => risk)).toEqual(["pickle", "pickle"]);
});

test("a store refuses on the way in and on the way out", async () => {
  const plain = new BlobArtifactStore({ blobs: memoryBlobs() });
  const { digest } = await plain.put({ format: "any", files: [{ path: "model.pt", bytes: pickle }] });
  const guarded = new ScannedArtifactStore(plain);
  await expect(guarded.get(digest)).rejects.toMatchObject({ code: "artifact/refused" });
  await expect(guarded.get(digest)).rejects.toMatchObject({ code: "artifact/refused" });
  await expect(guarded.put({ format: "any", files: [{ path: "model.pt", bytes: pickle }] })).rejects.toMatchObject({
    code: "artifact/refused",
  });
  const allowing = new ScannedArtifactStore(plain, { allow: ["pickle"] });
  expect((await allowing.get(digest)).files).toHaveLength(1);
});

test("thousands of damaged archives end in an answer or in a refusal, within their limits", {
  timeout: 60_000,
}, async () => {
  const random = seededRandom("zip-fuzz");
  const whole = zipFile([
    { name: "config.json", bytes: text('{"class_name":"Sequential","config":{}}'), deflated: true },
    { name: "weights/a.npy", bytes: text("\u0093NUMPY and so on"), deflated: true },
    { name: "inner.zip", bytes: zipFile([{ name: "b", bytes: new Uint8Array(500), deflated: true }]) },
    { name: "pad", bytes: new Uint8Array(300) },
  ]);
  const outcomes = { accepted: 0, refused: 0 };
  for (let i = 0; i < 3000; i++) {
    const bytes = whole.slice(0, random.int(10) === 0 ? 4 + random.int(whole.length - 4) : whole.length);
    for (let edits = 1 + random.int(4); edits > 0; edits--) bytes[4 + random.int(bytes.length - 4)] = random.int(256);
    try {
      await scan({ "m.keras": bytes }, { maxUnpackedBytes: 2 ** 20 });
      outcomes.accepted++;
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      expect(error.code).toBe("artifact/refused");
      outcomes.refused++;
    }
  }
  expect(outcomes.refused).toBeGreaterThan(1000);
  expect(outcomes.accepted).toBeGreaterThan(50);
});

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
