import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openArtifactFolder } from "../../backends/fs/artifact-folder.ts";
import { type OpenFile, openFile } from "../../backends/fs/open-file.ts";
import type { OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import { bytesOf } from "../../core/byte-source.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { isRecord } from "../../core/is-record.ts";
import { openArchive } from "../../ledger/artifacts/tar/unpack-artifact.ts";
import { artifactFolderName, bundleFormat } from "../../registry/transfer/bundle.ts";
import type { CertificateInFiles } from "./check-certificate.ts";
import { fileAt, jsonIn, mostRecordBytes, parsedJson } from "./json-in.ts";
import { manifestName } from "./pack-files.ts";

/** What a path is, by its content. */
export type Told =
  | { readonly kind: "exported version" | "audit pack"; readonly files: OpenArtifact }
  | { readonly kind: "certificate"; readonly files: CertificateInFiles }
  /** An archive that is not what was written. */
  | { readonly kind: "archive"; readonly fault: string };

/** Files are read a part at a time: of whatever size they are. */
const options = { format: bundleFormat, maxBytes: Number.MAX_SAFE_INTEGER };

/** Opens what lies at a path, works on it, and closes it. Errors: `argument/invalid` for what is nothing that can be verified; `artifact/refused`, `io/failed`. */
export async function withTold<T>(path: string, work: (told: Told) => Promise<T>): Promise<T> {
  if (await isFolder(path)) return await work(await toldFolder(path));
  const file = await openFile(path);
  try {
    return await work(await toldFile(path, file));
  } finally {
    await file.close();
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new SluiceError("io/failed", {
      found: error instanceof Error ? error.message : String(error),
      expected: "a file or a folder",
      fix: "Check the path; it is taken from the folder that the command runs in.",
      cause: error,
    });
  }
}

async function toldFolder(path: string): Promise<Told> {
  const has = (name: string): boolean => existsSync(join(path, name));
  if (has("bundle.json")) return { kind: "exported version", files: await openArtifactFolder(path, options) };
  if (isPack(has)) return { kind: "audit pack", files: await openArtifactFolder(path, options) };
  if (!has("certificate.json")) throw unknown(path);
  return { kind: "certificate", files: await certificateAt(path, "certificate.json") };
}

function isPack(has: (name: string) => boolean): boolean {
  return has(manifestName) && has("verdict.json");
}

async function toldFile(path: string, file: OpenFile): Promise<Told> {
  const start = new TextDecoder().decode(await file.read(0, Math.min(file.sizeBytes, 265)));
  if (path.endsWith(".tar") || start.slice(257, 262) === "ustar") return await toldArchive(path, file);
  const value =
    file.sizeBytes > mostRecordBytes ? undefined : parsedJson(new TextDecoder().decode(await bytesOf(file)));
  // By a member that it cannot do without: what else was edited is for its verification to say.
  const isOne = path.endsWith("certificate.json") || (isRecord(value) && "body" in value && "signature" in value);
  if (!isOne) throw unknown(path);
  return { kind: "certificate", files: await certificateBeside(dirname(path), value) };
}

async function toldArchive(path: string, file: OpenFile): Promise<Told> {
  try {
    const files = await openArchive(file, options);
    const has = (name: string): boolean => fileAt(files, name) !== undefined;
    if (has("bundle.json")) return { kind: "exported version", files };
    if (isPack(has)) return { kind: "audit pack", files };
  } catch (error) {
    if (!isSluiceError(error) || !error.code.startsWith("artifact/")) throw error;
    return { kind: "archive", fault: error.message };
  }
  throw unknown(path);
}

async function certificateAt(folder: string, name: string): Promise<CertificateInFiles> {
  const [file] = await filesIn(folder, [name]);
  return await certificateBeside(folder, await jsonIn(file));
}

/** A certificate with those files of its folder that have the names of an exported version's, and no others. */
async function certificateBeside(folder: string, certificate: unknown): Promise<CertificateInFiles> {
  const names = ["bundle.json", "evidence.json", "policy.json", "records.json", "inclusion.json"];
  const artifact = join(folder, artifactFolderName);
  const model = existsSync(artifact) ? (await openArtifactFolder(artifact, options)).files : [];
  const files = [
    ...(await filesIn(folder, names)),
    ...model.map((file) => ({ ...file, path: artifactFolderName + file.path })),
  ];
  return { certificate, beside: { format: bundleFormat, files } };
}

/** Small files, read at once. */
async function filesIn(folder: string, names: readonly string[]): Promise<readonly OpenArtifactFile[]> {
  const files: OpenArtifactFile[] = [];
  for (const name of names) {
    if (!existsSync(join(folder, name))) continue;
    const file = await openFile(join(folder, name));
    try {
      const bytes = file.sizeBytes > mostRecordBytes ? new Uint8Array() : await bytesOf(file);
      files.push({ path: name, sizeBytes: bytes.length, read: async (from, to) => bytes.subarray(from, to) });
    } finally {
      await file.close();
    }
  }
  return files;
}

function unknown(path: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${path}, which is nothing that can be verified`,
    expected:
      "an exported version (a folder with bundle.json, or its .tar), an audit pack (a folder with manifest.json and verdict.json), or a certificate.json",
    fix: "Pass what export or `sluice audit` wrote.",
  });
}
