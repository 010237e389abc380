import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { FileEntry, FileSource } from "../../contracts/file-source.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { headMoved } from "../versions/version-errors.ts";
import type { CommitNotes } from "../versions/move-branch.ts";
import type { DatasetVersionsWiring, RefOptions } from "../versions/versions-wiring.ts";
import { knownStamps, rememberStamps } from "./file-stamps.ts";
import { placedError } from "../parts/blob-errors.ts";
import {
  byPath,
  filesIn,
  filesSchemaDigest,
  filesTable,
  filesTarget,
  requireFilePaths,
  requireStoredPaths,
  type StoredFile,
} from "./file-tree.ts";

/**
 * How files are committed.
 *
 * @example
 * ```ts
 * import { mkdir, writeFile } from "node:fs/promises";
 * import { openWorkspace } from "sluice";
 * import { folderFiles } from "sluice/backends/fs";
 * await mkdir("images", { recursive: true });
 * await writeFile("images/cat.txt", "a cat");
 * const ws = await openWorkspace(".sluice");
 * await ws.data.commitFiles("images", folderFiles("images"), { message: "The first", actor: "ann" });
 * const [cat] = await ws.data.files("images");
 * if (cat?.path !== "cat.txt" || cat.sizeBytes !== 5) throw new Error("one file");
 * await ws.close();
 * ```
 */
export interface CommitFilesOptions extends RefOptions, WorkOptions {
  /** @default "main" */
  readonly branch?: string;
  /** Why, for the log. @default "" */
  readonly message?: string;
  readonly meta?: CommitNotes["meta"];
}

/**
 * How files differ from a branch's newest version. Paths are sorted.
 *
 * @example
 * ```ts
 * import { mkdir, writeFile } from "node:fs/promises";
 * import { openWorkspace } from "sluice";
 * import { folderFiles } from "sluice/backends/fs";
 * await mkdir("images", { recursive: true });
 * await writeFile("images/cat.txt", "a cat");
 * const ws = await openWorkspace(".sluice");
 * await ws.data.commitFiles("images", folderFiles("images"), { message: "The first", actor: "ann" });
 * await writeFile("images/dog.txt", "a dog");
 * const { added, unchanged } = await ws.data.status("images", folderFiles("images"));
 * if (added.join() !== "dog.txt" || unchanged !== 1) throw new Error("one file is new");
 * await ws.close();
 * ```
 */
export interface FilesStatus {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: number;
  /** Bytes of content that had to be read to know: 0 where every file has the stamp it had. */
  readonly bytesRead: number;
}

interface Seen {
  readonly entry: FileEntry;
  readonly digest: Digest;
}

const attempts = 30;

/** Makes the files of a place the newest version of a dataset; see `DataStage.commitFiles`. */
export async function commitFiles(
  wiring: DatasetVersionsWiring,
  dataset: string,
  source: FileSource,
  options: CommitFilesOptions,
): Promise<DatasetVersion> {
  const { repository, metadata } = wiring;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tip = await repository.tip(dataset, options.branch);
    const before = tip && (await repository.version(tip.version));
    if (before !== undefined && before.schemaDigest !== filesSchemaDigest) throw notFiles(dataset, "rows");
    const seen = await look(wiring, source, options, true);
    const files = seen.map(({ entry, digest }) => ({ path: entry.path, digest, sizeBytes: entry.sizeBytes }));
    const prepared = await repository.prepare(filesTarget(dataset), [filesTable(files)], {
      parent: undefined,
      checks: [],
    });
    await rememberStamps(metadata, source.uri, seen);
    if (tip !== undefined && tip.version === prepared.digest) return await repository.version(tip.version);
    const { message, meta, branch } = options;
    const notes = { change: "files", ...(message !== undefined && { message }), ...(meta && { meta }) } as const;
    const from = { uri: source.uri, digest: prepared.digest };
    // Files that were known by their stamps were not put: they are looked for, whatever garbage collection has done meanwhile.
    const { sweepEpoch: _epoch, ...unsure } = prepared;
    const version = {
      prepared: unsure,
      expectedTip: tip?.id,
      notes,
      source: from,
      blobs: files.map(({ digest }) => digest),
    };
    const published = await repository.publish([{ ...version, ...(branch !== undefined && { branch }) }], {
      ...(options.actor !== undefined && { actor: options.actor }),
    });
    if (published === "published") return await repository.version(prepared.digest);
    if (published === "swept") await rememberStamps(metadata, source.uri, []);
  }
  throw headMoved(dataset);
}

/** How the files of a place differ from a version; see `DataStage.status`. */
export async function filesStatus(
  wiring: DatasetVersionsWiring,
  dataset: string,
  source: FileSource,
  options: { readonly branch?: string } & WorkOptions,
): Promise<FilesStatus> {
  const head = await wiring.repository.headDigest(dataset, options.branch);
  const stored = new Map(
    (head === undefined ? [] : await filesOfVersion(wiring, head)).map(({ path, digest }) => [path, digest]),
  );
  let bytesRead = 0;
  const seen = await look(wiring, source, options, false, (bytes) => {
    bytesRead += bytes;
  });
  if (bytesRead > 0) await rememberStamps(wiring.metadata, source.uri, seen);
  const added = seen.filter(({ entry }) => !stored.has(entry.path)).map(({ entry }) => entry.path);
  const changed = seen
    .filter(({ entry, digest }) => stored.has(entry.path) && stored.get(entry.path) !== digest)
    .map(({ entry }) => entry.path);
  const here = new Set(seen.map(({ entry }) => entry.path));
  return {
    added: added.sort(),
    removed: [...stored.keys()].filter((path) => !here.has(path)).sort(),
    changed: changed.sort(),
    unchanged: seen.length - added.length - changed.length,
    bytesRead,
  };
}

/** The files of a version, sorted by path. Errors: `argument/invalid` for a version of rows; `data/invalid-path` for one that leads out of a folder. */
export async function filesOfVersion(
  { repository }: Pick<DatasetVersionsWiring, "repository">,
  version: Digest,
): Promise<readonly StoredFile[]> {
  const { dataset, schemaDigest } = await repository.version(version);
  if (schemaDigest !== filesSchemaDigest) throw notFiles(dataset, "rows");
  // A merge puts new files after the others.
  const files = byPath(filesIn(await repository.read(version)));
  requireStoredPaths(files, `dataset "${dataset}", version ${version}`);
  return files;
}

/** The bytes of one file of a version; see `DatasetVersions.file`. */
export async function fileOfVersion(
  wiring: Pick<DatasetVersionsWiring, "repository" | "blobs">,
  { dataset, version }: { readonly dataset: string; readonly version: Digest },
  path: string,
): Promise<Uint8Array> {
  const found = (await filesOfVersion(wiring, version)).find((file) => file.path === path);
  if (found === undefined) {
    throw new SluiceError("data/version-not-found", {
      found: `no file ${JSON.stringify(path)} in dataset "${dataset}", version ${version}`,
      expected: "the path of one of its files",
      fix: `List them: files(${JSON.stringify(version)}).`,
    });
  }
  return await wiring.blobs.get(found.digest).catch((error: unknown) => {
    const place = `the file ${JSON.stringify(path)} of dataset "${dataset}", version ${version}`;
    throw placedError(error, found.digest, place, howToHeal);
  });
}

const howToHeal =
  "Commit the files again from where they are: that stores missing ones anew. Or restore the blob from a backup.";

/** The files of a place with their digests; those that are not known by their stamp are read, and put where `store` says so. */
async function look(
  { metadata, blobs }: DatasetVersionsWiring,
  source: FileSource,
  { signal, onProgress }: WorkOptions,
  store: boolean,
  onRead?: (bytes: number) => void,
): Promise<readonly Seen[]> {
  const known = await knownStamps(metadata, source.uri);
  const entries: FileEntry[] = [];
  for await (const entry of source.entries(signal === undefined ? {} : { signal })) entries.push(entry);
  requireFilePaths(entries);
  const seen: Seen[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    const before = known.get(entry.path);
    if (before !== undefined && before.stamp === entry.stamp && (!store || (await blobs.has(before.digest)))) {
      seen.push({ entry, digest: before.digest });
      continue;
    }
    const bytes = await entry.read();
    onRead?.(bytes.length);
    seen.push({
      entry: { ...entry, sizeBytes: bytes.length },
      digest: store ? (await blobs.put(bytes)).digest : digestOf(bytes),
    });
    onProgress?.({ stage: `reading ${source.uri}`, done: seen.length, total: entries.length, unit: "files" });
  }
  return seen;
}

function notFiles(dataset: string, kind: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `the dataset "${dataset}" of ${kind}`,
    expected: "a dataset of files, or a new name",
    fix: "Choose another name for the files; read rows with read().",
  });
}
